import type { PolicyUse } from '@gatehouse/contract';
import { type Cursor, setOwn } from './definition-document.ts';
import type { ImportContext } from './import-context.ts';
import { isIdentityTemplate } from './mapping-template.ts';
import { validatePolicyList } from './policies.ts';

/** A header field as the `headers` policy takes it. */
type HeaderValue = string | { from: string };

/**
 * The `responses` of an HTTP integration. The backend's status, header fields and body pass through; header fields that every response
 * sets to the same literal, context or stage variable become a `headers` policy. What else is written is not acted on, and that is said.
 */
export function readHttpResponses(integration: Cursor, isProxy: boolean, context: ImportContext): PolicyUse[] {
  const ofHttpApi = integration.get('responseParameters');
  if (ofHttpApi !== undefined) ignored('responseParameters of HTTP APIs are', ofHttpApi, context);
  const responses = integration.get('responses');
  // A proxy integration passes the response on whatever is written here.
  if (responses === undefined || isProxy) return [];
  const entries = responses.properties();
  for (const [pattern, response] of entries) {
    if (pattern !== 'default' && pattern !== String(response.get('statusCode')?.value)) {
      ignored(`The selection pattern "${pattern}" is`, response, context);
    }
    for (const [contentType, template] of response.get('responseTemplates')?.properties() ?? []) {
      if (typeof template.value === 'string' && isIdentityTemplate(template.value)) continue;
      ignored(`The response template for ${contentType} is`, template, context);
    }
  }
  const set = commonHeaders(
    entries.map(([, response]) => response),
    context,
  );
  if (Object.keys(set).length === 0) return [];
  return validatePolicyList([{ headers: { response: { set } } }], responses, context, { isWritten: false });
}

function commonHeaders(responses: Cursor[], context: ImportContext): Record<string, HeaderValue> {
  const set: Record<string, HeaderValue> = {};
  for (const response of responses) {
    for (const [target, source] of response.get('responseParameters')?.properties() ?? []) {
      const name = /^method\.response\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256})$/.exec(target)?.[1];
      // The backend's field of the same name passes anyway.
      if (name !== undefined && source.value === `integration.response.header.${name}`) continue;
      const value = readValue(source, context);
      const isCommon = responses.every((other) => other.get('responseParameters')?.get(target)?.value === source.value);
      if (name === undefined || value === undefined || !isCommon) ignored(`The mapping of ${target} is`, source, context);
      else setOwn(set, name, value);
    }
  }
  return set;
}

function readValue(source: Cursor, context: ImportContext): HeaderValue | undefined {
  if (typeof source.value !== 'string') return undefined;
  const text = source.value;
  if (/^'[\t\x20-\x7e\x80-\xff]*'$/.test(text)) return text.slice(1, -1).trim();
  const variable = /^stageVariables\.([A-Za-z0-9_]{1,64})$/.exec(text)?.[1];
  if (variable !== undefined) context.stageVariables.add(variable, source);
  return variable !== undefined || /^context\.[A-Za-z0-9_.-]{1,128}$/.test(text) ? { from: text } : undefined;
}

function ignored(what: string, at: Cursor, context: ImportContext): void {
  const message = `${what} not supported yet: the response of the backend passes as it is`;
  context.report.warning('integration.response-mapping-ignored', message, at);
}
