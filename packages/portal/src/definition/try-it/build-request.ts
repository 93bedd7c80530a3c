import type { ApiDocument } from '../document/api-document.ts';
import type { Operation } from '../openapi/operation.ts';
import type { Parameter } from '../openapi/parameter.ts';
import { buildBody } from './build-body.ts';
import { type FieldValue, fieldKindOf } from './field-kind.ts';
import { encodeStrictly } from './percent.ts';
import type { FormProblem, RequestForm } from './request-form.ts';
import { type ParameterValue, writeHeader, writePath, writeQuery } from './write-parameter.ts';

/** A request as it will be sent, without what identifies the caller. */
export interface BuiltRequest {
  method: string;
  /** Below the API's base path. */
  path: string;
  /** With its `?`, or empty. */
  query: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string | undefined;
}

/** RFC 9110, 5.6.2 and 5.5: names are tokens, values hold no control characters. The gateway refuses others, too. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Makes a request of what is filled in, and says what is wrong with it: with a problem, it must not be sent. */
export function buildRequest(
  document: ApiDocument,
  operation: Operation,
  form: RequestForm,
): { request: BuiltRequest; problems: FormProblem[] } {
  const problems: FormProblem[] = [];
  const query: string[] = [];
  const cookies: string[] = [];
  const headers: [string, string][] = [];
  let path = operation.path;
  for (const parameter of operation.parameters) {
    const value = readValue(document, parameter, form.parameters[parameter.id], problems);
    if (value === undefined) continue;
    switch (parameter.in) {
      case 'path':
        path = path.replaceAll(`{${parameter.name}}`, () => inPath(parameter, value, problems));
        break;
      case 'query':
        query.push(...writeQuery(parameter, value));
        break;
      case 'header':
        headers.push([parameter.name, writeHeader(parameter, value)]);
        break;
      case 'cookie':
        cookies.push(`${parameter.name}=${encodeStrictly(writeHeader(parameter, value))}`);
    }
  }
  if (cookies.length > 0) headers.push(['Cookie', cookies.join('; ')]);
  if (form.accept !== undefined) headers.push(['Accept', form.accept]);
  const body = buildBody(document, operation, form.body, problems);
  if (body?.contentType !== undefined) headers.push(['Content-Type', body.contentType]);
  for (const [index, { name, value }] of form.headers.entries()) {
    if (name.trim() === '') {
      if (value !== '') problems.push({ at: `header ${index}`, message: 'The header needs a name.' });
      continue;
    }
    const known = headers.findIndex(([other]) => other.toLowerCase() === name.trim().toLowerCase());
    if (known >= 0) headers.splice(known, 1);
    headers.push([name.trim(), value]);
    checkHeader(name.trim(), value, `header ${index}`, problems);
  }
  const request = { method: operation.method, path, query: query.length === 0 ? '' : `?${query.join('&')}`, headers, body: body?.text };
  return { request, problems };
}

function readValue(
  document: ApiDocument,
  parameter: Parameter,
  given: FieldValue | undefined,
  problems: FormProblem[],
): ParameterValue | undefined {
  const { id, required, contentType, schema } = parameter;
  const empty = given === undefined || given.length === 0;
  if (empty) {
    if (required) problems.push({ at: id, message: 'It is required.' });
    return undefined;
  }
  const kind = contentType === undefined ? fieldKindOf(document, schema).kind : 'text';
  if (typeof given !== 'string') {
    if (parameter.in === 'header') for (const item of given) checkHeader(parameter.name, item, id, problems);
    return given;
  }
  const wrong = contentType === undefined ? wrongWith(kind, given) : undefined;
  if (wrong !== undefined) problems.push({ at: id, message: wrong });
  if (parameter.in === 'header') checkHeader(parameter.name, given, id, problems);
  if (kind !== 'json') return given;
  return toNamed(given, id, problems);
}

/** What was typed where a number is wanted is sent nevertheless only when it is one: a typo would come back as somebody else's error. */
function wrongWith(kind: string, text: string): string | undefined {
  if (kind === 'integer' && !/^[+-]?\d{1,400}$/.test(text)) return 'It has to be a whole number.';
  if (kind === 'number' && (text.trim() === '' || !Number.isFinite(Number(text)))) return 'It has to be a number.';
  return undefined;
}

/** JSON that was typed for an object or a list of objects. */
function toNamed(text: string, at: string, problems: FormProblem[]): ParameterValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    problems.push({ at, message: `It is not JSON: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
  const toText = (one: unknown) => (typeof one === 'object' && one !== null ? JSON.stringify(one) : String(one));
  if (Array.isArray(value)) return value.map(toText);
  if (typeof value !== 'object' || value === null) return toText(value);
  return new Map(Object.entries(value).map(([name, one]) => [name, toText(one)]));
}

/** An empty segment, `.` and `..` lead to another operation (RFC 3986, 5.2.4); there is no way to write them that means themselves. */
function inPath(parameter: Parameter, value: ParameterValue, problems: FormProblem[]): string {
  const text = writePath(parameter, value);
  if (/^\.{0,2}$/.test(text)) problems.push({ at: parameter.id, message: `A path cannot hold "${text}" as a value.` });
  return text;
}

function checkHeader(name: string, value: string, at: string, problems: FormProblem[]): void {
  if (!TOKEN.test(name)) problems.push({ at, message: `"${name.slice(0, 64)}" is not the name of a header.` });
  if (!VALUE.test(value)) problems.push({ at, message: 'The value holds characters that no header may hold, such as line breaks.' });
}
