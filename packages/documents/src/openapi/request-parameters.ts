import type { ParameterMapping } from '@gatehouse/contract';
import type { Cursor } from './definition-document.ts';
import { type ImportContext, type OperationScope, readText } from './import-context.ts';

/**
 * Header fields that a mapping may not set. The first four fail the request at Amazon API Gateway
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html). Others belong to one connection
 * (RFC 9110 section 7.6.1), and setting them would let an API desynchronise the connection to its backend. Host goes with the
 * target, and `x-gatehouse-*` is what the gateway itself tells backends.
 */
const FORBIDDEN_HEADERS = new Set([
  'content-length',
  'transfer-encoding',
  'x-amzn-trace-id',
  'x-amzn-apigateway-api-id',
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

function isForbiddenHeader(lowerName: string): boolean {
  return FORBIDDEN_HEADERS.has(lowerName) || lowerName.startsWith('x-gatehouse-');
}

const TARGET = /^integration\.request\.(path|querystring|header)\.(.{1,256})$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;
const PLACES = { path: 'path', querystring: 'query', header: 'header' } as const;

/** Reads a mapping `integration.request.header.x: method.request.header.y`. What is wrong is reported and left out. */
export function readRequestParameters(mapping: Cursor | undefined, scope: OperationScope, context: ImportContext): ParameterMapping[] {
  const parameters: ParameterMapping[] = [];
  if (mapping === undefined) return parameters;
  if (typeof mapping.value !== 'object' || mapping.value === null || Array.isArray(mapping.value)) {
    context.report.error('definition.wrong-type', `"${String(mapping.key)}" must be a map of targets to values`, mapping);
    return parameters;
  }
  for (const [target, source] of mapping.properties()) {
    const parameter = readOne(target, source, scope, context);
    if (parameter !== undefined) parameters.push(parameter);
  }
  return parameters;
}

function readOne(target: string, source: Cursor, scope: OperationScope, context: ImportContext): ParameterMapping | undefined {
  const match = TARGET.exec(target);
  if (match === null) {
    const why = /^(append|overwrite|remove):/.test(target)
      ? 'the parameter mapping of HTTP APIs (append:, overwrite:, remove:) is not supported yet'
      : 'a mapping sets integration.request.path.NAME, integration.request.querystring.NAME or integration.request.header.NAME';
    context.report.error('integration.invalid-mapping', `Invalid mapping expression specified: "${target}"; ${why}`, source, { key: true });
    return undefined;
  }
  const [, place, name] = match as unknown as [string, keyof typeof PLACES, string];
  if (typeof source.value !== 'string') {
    // Amazon API Gateway warns and goes on without it (recorded by LocalStack, test_import_rest_api_with_base_path_oas30).
    const message = `Invalid format for "${target}": expected a text but got ${JSON.stringify(source.value)}; the mapping is left out`;
    context.report.warning('integration.mapping-ignored', message, source);
    return undefined;
  }
  if (place === 'header' && !TOKEN.test(name)) {
    context.report.error('integration.invalid-mapping', `"${name}" cannot be the name of a header`, source, { key: true });
    return undefined;
  }
  if (place === 'header' && isForbiddenHeader(name.toLowerCase())) {
    const message = `The header ${name} cannot be set by a mapping: it belongs to the connection, the target or the gateway`;
    context.report.error('integration.invalid-mapping', message, source, { key: true });
    return undefined;
  }
  const from = readValueExpression(source, scope, context);
  if (from !== undefined && place === 'header' && /[^\0-\xff]/.test(from)) {
    context.report.error('integration.invalid-mapping', 'The value of a header must not hold characters beyond ISO 8859-1', source);
    return undefined;
  }
  return from === undefined ? undefined : { in: PLACES[place], name, from };
}

/** Reads where a value comes from (see `ValueExpression`); what is wrong is reported and gives undefined. */
export function readValueExpression(source: Cursor, scope: OperationScope, context: ImportContext): string | undefined {
  const text = readText(source, context);
  if (text === undefined) return undefined;
  const invalid = (why: string) => {
    context.report.error('integration.invalid-mapping', `Invalid mapping expression specified: "${text}"; ${why}`, source);
    return undefined;
  };
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) {
    return /[\0-\x08\x0a-\x1f\x7f]/.test(text) ? invalid('a literal must not hold control characters') : text;
  }
  const variable = /^stageVariables\.([A-Za-z0-9_]{1,64})$/.exec(text)?.[1];
  if (variable !== undefined) {
    context.stageVariables.add(variable, source);
    return text;
  }
  if (/^context\.[A-Za-z0-9_-]{1,128}(\.[A-Za-z0-9_-]{1,128}){0,8}$/.test(text)) return text;
  const request = /^method\.request\.(path|querystring|multivaluequerystring|header|multivalueheader)\.(.{1,256})$/.exec(text);
  if (request !== null) {
    const [, place, name] = request as unknown as [string, string, string];
    if (place === 'path' && !scope.template.parameterNames.includes(name)) {
      return invalid(`the path ${scope.template.path} has no parameter {${name}}`);
    }
    if (place.endsWith('header') && !TOKEN.test(name)) return invalid(`"${name}" cannot be the name of a header`);
    return text;
  }
  if (/^method\.request\.body\b/.test(text)) return invalid('values from the request body are not supported yet');
  return invalid(
    "use 'a literal in quotes', context.NAME, stageVariables.NAME, or method.request.path|querystring|multivaluequerystring|header|multivalueheader.NAME",
  );
}
