import { duration, type HttpIntegrationUse, type MockIntegrationUse, type Timeouts } from '@gatehouse/contract';
import { suggest } from '../config/nearest.ts';
import type { ReadIntegration } from './aws-integration.ts';
import { type Cursor, isObject, setOwn } from './definition-document.ts';
import { type ExampleChoice, exampleAnswer } from './example-answer.ts';
import { type ImportContext, type OperationScope, readScalarText, readText } from './import-context.ts';
import { checkIntegrationUri, checkPathParameters, takeStageVariables } from './integration-uri.ts';
import { readRequestParameters, readValueExpression } from './request-parameters.ts';

const KEYS = {
  http: ['type', 'backend', 'path', 'url', 'method', 'parameters', 'timeouts'],
  mock: ['type', 'status', 'headers', 'body', 'contentType', 'example'],
} as const;
const TIMEOUTS = { connect: 'connectMs', response: 'responseMs', idle: 'idleMs', total: 'totalMs' } as const;
const BACKEND_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/** Reads `x-gatehouse-integration`: strict, every unknown key is an error. Undefined when something is wrong, which is reported. */
export function readGatehouseIntegration(at: Cursor, scope: OperationScope, context: ImportContext): ReadIntegration | undefined {
  if (!isObject(at.value)) {
    context.report.error('definition.wrong-type', 'x-gatehouse-integration must be an object', at);
    return undefined;
  }
  const typeAt = at.get('type');
  const type = typeAt === undefined ? 'http' : readText(typeAt, context);
  if (type === undefined) return undefined;
  if (type !== 'http' && type !== 'mock') {
    const message = `"${type}" is not a type of integration${suggest(type, Object.keys(KEYS))}: use http or mock`;
    context.report.error('integration.unsupported', message, typeAt ?? at);
    return undefined;
  }
  const before = context.report.problems.length;
  for (const [key, value] of at.properties()) {
    if ((KEYS[type] as readonly string[]).includes(key)) continue;
    const message = `"${key}" is not a property of an integration of type ${type}${suggest(key, KEYS[type])}`;
    context.report.error('integration.unknown-key', message, value, { key: true });
  }
  const use = type === 'http' ? readHttp(at, scope, context) : readMock(at, scope, context);
  const failed = context.report.problems.slice(before).some((problem) => problem.severity === 'error');
  return use === undefined || failed ? undefined : { use, policies: [] };
}

function readHttp(at: Cursor, scope: OperationScope, context: ImportContext): HttpIntegrationUse | undefined {
  const parameters = readRequestParameters(at.get('parameters'), scope, context);
  const mapped = new Set(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name));
  const method = readOptional(at, 'method', context)?.toUpperCase();
  if (method !== undefined && !/^[!#$%&'*+\-.^_`|~0-9A-Z]{1,32}$/.test(method)) {
    context.report.error('integration.invalid-method', `"${method}" cannot be the method of a request`, at.get('method') ?? at);
  }
  const timeouts = readTimeouts(at.get('timeouts'), context);
  const target = readTarget(at, mapped, scope, context);
  if (target === undefined) return undefined;
  return {
    kind: 'http',
    ...target,
    ...(method === undefined || method === 'ANY' ? {} : { method }),
    passThrough: true,
    parameters,
    ...(timeouts === undefined ? {} : { timeouts }),
  };
}

function readTarget(
  at: Cursor,
  mapped: ReadonlySet<string>,
  scope: OperationScope,
  context: ImportContext,
): Pick<HttpIntegrationUse, 'uri' | 'backend' | 'path'> | undefined {
  const urlAt = at.get('url');
  const backendAt = at.get('backend');
  const pathAt = at.get('path');
  if (urlAt !== undefined) {
    const other = backendAt ?? pathAt;
    if (other !== undefined)
      context.report.error('integration.ambiguous', 'An integration has either a url, or a backend with a path', other, { key: true });
    const uri = readText(urlAt, context);
    return uri !== undefined && checkIntegrationUri(uri, urlAt, mapped, scope, context) ? { uri } : undefined;
  }
  const backend = backendAt === undefined ? context.backend : readText(backendAt, context);
  if (backend === undefined) {
    if (backendAt === undefined) context.report.error('api.no-backend', 'Name a backend or a url here, or set backend: on the API', at);
    return undefined;
  }
  if (!BACKEND_NAME.test(backend))
    context.report.error('integration.invalid-backend', `"${backend}" cannot be the name of a backend`, backendAt ?? at);
  if (pathAt === undefined) return { backend };
  const path = readText(pathAt, context);
  if (path === undefined) return undefined;
  const probe = takeStageVariables(path, pathAt, context);
  if (!/^\/[\x21-\x7e]{0,4000}$/.test(probe) || /[?#]|\$\{/.test(probe)) {
    const message =
      'path must begin with a slash and hold no space, query or fragment; {name} stands for a path parameter, ${stageVariables.name} for a variable';
    context.report.error('integration.invalid-uri', message, pathAt);
    return undefined;
  }
  return checkPathParameters(probe, pathAt, mapped, scope, context) ? { backend, path } : undefined;
}

function readTimeouts(at: Cursor | undefined, context: ImportContext): Timeouts | undefined {
  if (at === undefined) return undefined;
  if (!isObject(at.value)) {
    context.report.error('definition.wrong-type', 'timeouts must be an object with connect, response, idle and total', at);
    return undefined;
  }
  const timeouts: Timeouts = {};
  for (const [key, value] of at.properties()) {
    const name = Object.hasOwn(TIMEOUTS, key) ? TIMEOUTS[key as keyof typeof TIMEOUTS] : undefined;
    const read = duration.safeParse(value.value);
    if (name === undefined) {
      const message = `"${key}" is not a timeout${suggest(key, Object.keys(TIMEOUTS))}: use connect, response, idle or total`;
      context.report.error('integration.unknown-key', message, value, { key: true });
    } else if (!read.success) {
      context.report.error('integration.invalid-timeout', `"${key}" must be a duration with its unit, such as 250ms, 10s or 2m`, value);
    } else {
      timeouts[name] = read.data;
    }
  }
  return timeouts;
}

function readMock(at: Cursor, scope: OperationScope, context: ImportContext): MockIntegrationUse | undefined {
  const status = readStatus(at.get('status'), context);
  const headers = readHeaders(at.get('headers'), scope, context);
  const example = readOptional(at, 'example', context);
  const bodyAt = at.get('body');
  const contentType = readOptional(at, 'contentType', context);
  if (bodyAt === undefined) return readExampleMock(at, { status, example }, headers, scope, context);
  if (example !== undefined) {
    context.report.error('integration.ambiguous', 'A mock has either a body or the example of a response', at.get('example') ?? at, {
      key: true,
    });
    return undefined;
  }
  const isText = typeof bodyAt.value === 'string';
  const text = isText ? readText(bodyAt, context) : JSON.stringify(bodyAt.value);
  if (text === undefined) return undefined;
  return {
    kind: 'mock',
    status: status ?? 200,
    headers,
    bodies: [{ contentType: contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'), text }],
  };
}

function readExampleMock(
  at: Cursor,
  { status, example }: { status: number | undefined; example: string | undefined },
  headers: Record<string, string>,
  scope: OperationScope,
  context: ImportContext,
): MockIntegrationUse | undefined {
  const choice: ExampleChoice = { ...(status === undefined ? {} : { status }), ...(example === undefined ? {} : { example }) };
  const answer = exampleAnswer(scope, choice, context);
  if (answer === undefined) {
    const message =
      example === undefined
        ? 'The operation describes no successful response to answer with: describe one, or give the mock a status or body'
        : `No response of the operation has an example "${example}"`;
    context.report.error('integration.invalid-mock', message, at.get('example') ?? at);
    return undefined;
  }
  for (const [name, value] of Object.entries(headers)) setOwn(answer.headers, name, value);
  return answer;
}

function readStatus(at: Cursor | undefined, context: ImportContext): number | undefined {
  if (at === undefined) return undefined;
  if (typeof at.value === 'number' && Number.isInteger(at.value) && at.value >= 200 && at.value <= 599) return at.value;
  context.report.error('integration.invalid-mock', 'status must be a number from 200 to 599', at);
  return undefined;
}

function readHeaders(at: Cursor | undefined, scope: OperationScope, context: ImportContext): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, source] of at?.properties() ?? []) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) {
      context.report.error('integration.invalid-mapping', `"${name}" cannot be the name of a header`, source, { key: true });
      continue;
    }
    const value = readHeaderValue(source, scope, context);
    if (value !== undefined) setOwn(headers, name.toLowerCase(), value);
  }
  return headers;
}

/** As the `headers` policy has them: a text, `{ value: text }`, or `{ from: expression }`. */
function readHeaderValue(source: Cursor, scope: OperationScope, context: ImportContext): string | undefined {
  const from = source.get('from');
  if (from !== undefined) return readValueExpression(from, scope, context);
  const at = source.get('value') ?? source;
  const text = readScalarText(at, context);
  if (text === undefined || /^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(text)) return text === undefined ? undefined : `'${text}'`;
  context.report.error(
    'integration.invalid-mapping',
    'The value of a header must not hold control characters or characters beyond U+00FF',
    at,
  );
  return undefined;
}

function readOptional(owner: Cursor, key: string, context: ImportContext): string | undefined {
  const at = owner.get(key);
  return at === undefined ? undefined : readText(at, context);
}
