import type { MockIntegrationUse } from '@gatehouse/contract';
import { type Cursor, setOwn } from './definition-document.ts';
import { type ImportContext, type OperationScope, readScalarText, readText } from './import-context.ts';
import { parseMappingTemplate } from './mapping-template.ts';
import { readRequestParameters, readValueExpression } from './request-parameters.ts';

const SELECTION_PATTERN_LENGTH_MAX = 200;

/**
 * A MOCK integration of Amazon API Gateway: the request template gives a status, the response that it selects gives the answer.
 * Both are known when the definition is read, so one answer is left. Undefined when something is wrong, which is reported.
 */
export function readAwsMock(integration: Cursor, scope: OperationScope, context: ImportContext): MockIntegrationUse | undefined {
  // They have nowhere to go, but a wrong one is as wrong here as elsewhere.
  readRequestParameters(integration.get('requestParameters'), scope, context);
  const selected = readRequestStatus(integration, context);
  if (selected === undefined) return undefined;
  const response = selectResponse(integration, selected, context);
  if (response === undefined) return undefined;
  const status = readStatus(response, selected, context);
  if (status === undefined) return undefined;
  const headers = readResponseHeaders(response, scope, context);
  const templates = readResponseTemplates(response, context);
  if (templates === undefined) return undefined;
  return { kind: 'mock', status, headers, bodies: templates.bodies, ...(templates.hasReferences ? { template: true } : {}) };
}

/** The status in `requestTemplates`: `{"statusCode": 200}`, also with an unquoted key, which Amazon API Gateway accepts. */
function readRequestStatus(integration: Cursor, context: ImportContext): number | undefined {
  const templates = integration.get('requestTemplates');
  const template = templates?.get('application/json') ?? templates?.properties()[0]?.[1];
  const invalid = (at: Cursor) => {
    const message =
      'A mock integration needs requestTemplates with {"statusCode": 200} under application/json: it fails every request without';
    context.report.error('integration.invalid-mock', message, at);
    return undefined;
  };
  if (template === undefined || typeof template.value !== 'string') return invalid(template ?? integration);
  const text = readText(template, context);
  if (text === undefined) return undefined;
  const read = parseMappingTemplate(text);
  if ('unsupported' in read) return reportUnsupported(read.unsupported, template, context);
  const status = /(?:^|[{,\s])["']?statusCode["']?\s{0,20}:\s{0,20}["']?(\d{3})\b/.exec(text)?.[1];
  if (status === undefined) return invalid(template);
  if (!isJson(text) && !/^\s*\{\s*statusCode\s*:\s*\d{3}\s*\}\s*$/.test(text)) {
    context.report.warning(
      'integration.lenient-template',
      'This request template is not valid JSON; of it only the statusCode is used',
      template,
    );
  }
  return Number(status);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Keys of `responses` are regular expressions on the status that must match the whole of it; `default` is for the rest. */
function selectResponse(integration: Cursor, status: number, context: ImportContext): Cursor | undefined {
  const responses = integration.get('responses');
  for (const [pattern, response] of responses?.properties() ?? []) {
    if (pattern !== 'default' && matchesWhole(pattern, status, response, context)) return response;
  }
  const fallback = responses?.get('default');
  if (fallback === undefined) {
    context.report.error(
      'integration.invalid-mock',
      `No entry of responses is for the status ${status}, and there is no default`,
      responses ?? integration,
    );
  }
  return fallback;
}

function matchesWhole(pattern: string, status: number, at: Cursor, context: ImportContext): boolean {
  if (pattern.length > SELECTION_PATTERN_LENGTH_MAX) {
    context.report.error(
      'integration.invalid-mock',
      `A selection pattern may have at most ${SELECTION_PATTERN_LENGTH_MAX} characters`,
      at,
      { key: true },
    );
    return false;
  }
  try {
    return new RegExp(`^(?:${pattern})$`).test(String(status));
  } catch {
    context.report.error('integration.invalid-mock', `"${pattern}" is not a regular expression`, at, { key: true });
    return false;
  }
}

function readStatus(response: Cursor, selected: number, context: ImportContext): number | undefined {
  const at = response.get('statusCode');
  if (at === undefined) return selected;
  const text = readScalarText(at, context);
  if (text === undefined) return undefined;
  if (/^[1-5]\d\d$/.test(text)) return Number(text);
  context.report.error('integration.invalid-mock', `"${text}" is not a status: write three digits from 100 to 599`, at);
  return undefined;
}

function readResponseHeaders(response: Cursor, scope: OperationScope, context: ImportContext): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [target, source] of response.get('responseParameters')?.properties() ?? []) {
    const name = /^method\.response\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256})$/.exec(target)?.[1];
    if (name === undefined) {
      context.report.error('integration.invalid-mapping', `"${target}" must be method.response.header.NAME`, source, { key: true });
    } else if (typeof source.value === 'string' && source.value.startsWith('integration.response.')) {
      context.report.warning('integration.response-mapping-ignored', 'A mock integration has no response to take a value from', source);
    } else {
      const value = readValueExpression(source, scope, context);
      if (value !== undefined) setOwn(headers, name.toLowerCase(), value);
    }
  }
  return headers;
}

function readResponseTemplates(
  response: Cursor,
  context: ImportContext,
): { bodies: { contentType: string; text: string }[]; hasReferences: boolean } | undefined {
  const bodies: { contentType: string; text: string }[] = [];
  let hasReferences = false;
  for (const [contentType, template] of response.get('responseTemplates')?.properties() ?? []) {
    const written = readText(template, context);
    if (written === undefined) return undefined;
    const read = parseMappingTemplate(written);
    if ('unsupported' in read) return reportUnsupported(read.unsupported, template, context);
    for (const name of read.stageVariables) context.stageVariables.add(name, template);
    hasReferences ||= read.hasReferences;
    bodies.push({ contentType, text: read.text });
  }
  return { bodies, hasReferences };
}

function reportUnsupported(what: string, at: Cursor, context: ImportContext): undefined {
  context.report.error(
    'integration.template-unsupported',
    `Mapping templates come later: "${what}" is not supported; static text, $context.x, $stageVariables.x and $input.params('x') are`,
    at,
  );
}
