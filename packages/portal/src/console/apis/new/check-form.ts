import { nameProblem } from '../../../ui/name-rule.ts';
import { basePathProblem, durationProblem } from '../field-rules.ts';
import { authProblem } from '../settings/auth.ts';
import { type ApiForm, basePathOf, type MappingForm, METHODS_WITH_BODY, namesInPath, type OperationForm } from './api-form.ts';

export const STEPS = ['basic', 'request', 'backend', 'response'] as const;
export type Step = (typeof STEPS)[number];

/** Something that is wrong, and where: `name`, `2 path` (of the operation with the id 2), `2 parameter 0`. */
export interface FormProblem {
  step: Step;
  at: string;
  message: string;
}

/** What is wrong with a form, step by step, as far as it can be told before it is sent. */
export function checkForm(form: ApiForm): FormProblem[] {
  const problems: FormProblem[] = [];
  const in_ = (step: Step) => (at: string, message: string | undefined) => {
    if (message !== undefined) problems.push({ step, at, message });
  };
  checkBasic(form, in_('basic'));
  checkRequest(form, in_('request'));
  checkBackend(form, in_('backend'));
  checkResponse(form, in_('response'));
  return problems;
}

type Add = (at: string, message: string | undefined) => void;

function checkBasic({ name, auth }: ApiForm, add: Add): void {
  add('name', name === '' ? 'It needs a name.' : nameProblem(name));
  add('auth', authProblem(auth));
}

function checkRequest(form: ApiForm, add: Add): void {
  if (form.basePath !== '' || form.name !== '') add('basePath', basePathProblem(basePathOf(form)));
  if (form.operations.length === 0) add('operations', 'It needs one operation at least.');
  for (const [index, operation] of form.operations.entries()) {
    const { id, path, method, parameters, body } = operation;
    const first = form.operations.findIndex((other) => other.method === method && samePath(other.path, path));
    add(`${id} path`, pathProblem(path) ?? (first < index ? `${method} is there already for this path.` : undefined));
    for (const [position, parameter] of parameters.entries()) {
      add(`${id} parameter ${position}`, parameterProblem(operation, position, parameter.name));
    }
    if (body !== null && METHODS_WITH_BODY.has(method)) {
      add(`${id} body`, contentTypeProblem(body.contentType));
      add(`${id} example`, exampleProblem(body.contentType, body.example));
    }
  }
}

/** Parameters by other names make no other path. */
function samePath(one: string, other: string): boolean {
  const plain = (path: string) => path.replaceAll(/\{[^{}]{1,100}\}/g, '{}');
  return plain(one) === plain(other);
}

/** As the gateway has them: a parameter is a whole segment, and one that takes the rest is the last. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'It begins with a slash.';
  if (path.length > 1_000) return 'It has 1000 characters at most.';
  const segments = path.slice(1).split('/');
  const names = namesInPath(path);
  if (new Set(names).size < names.length) return 'A parameter is in it twice.';
  for (const [index, segment] of segments.entries()) {
    if (segment === '' && index < segments.length - 1) return 'It has an empty segment.';
    if (segment === '.' || segment === '..') return 'It has no . or .. in it.';
    if (/[?#]/.test(segment)) return 'It has no query: add parameters below.';
    if (/[{}]/.test(segment) && !/^\{[A-Za-z0-9_.-]{1,100}\+?\}$/.test(segment)) return 'A parameter is a whole segment: /pets/{id}.';
    if (segment.endsWith('+}') && index < segments.length - 1) return 'A parameter that takes the rest comes last: /files/{rest+}.';
    if (!/[{}]/.test(segment) && !/^[A-Za-z0-9._~!$&'()*+,;=:@%-]*$/.test(segment))
      return 'It has a character that must be written as %20 and so on.';
  }
  return undefined;
}

function parameterProblem({ parameters }: OperationForm, position: number, name: string): string | undefined {
  if (name === '') return 'It needs a name.';
  const parameter = parameters[position];
  if (parameter?.in === 'header' && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) return 'It is not the name of a header.';
  const first = parameters.findIndex((other) => other.name === name && other.in === parameter?.in);
  return first < position ? 'It is there already.' : undefined;
}

function checkBackend({ backend, operations }: ApiForm, add: Add): void {
  if (backend === null && operations.some((operation) => operation.backend.answeredBy === 'service')) {
    add('backend', 'Choose where requests go, or let the gateway answer each operation with its example.');
  }
  for (const operation of operations) {
    const { id } = operation;
    const { answeredBy, path, timeout, mode, mappings } = operation.backend;
    if (answeredBy === 'mock') continue;
    add(`${id} timeout`, durationProblem(timeout));
    const mapped = mode === 'map' ? mappings : [];
    if (path !== '') add(`${id} backendPath`, backendPathProblem(path, operation, mapped));
    for (const [position, mapping] of mapped.entries()) add(`${id} mapping ${position}`, mappingProblem(mapping, mapped, position));
  }
}

function backendPathProblem(path: string, operation: OperationForm, mappings: readonly MappingForm[]): string | undefined {
  if (!path.startsWith('/')) return 'It begins with a slash.';
  if (/[\s?#]/.test(path)) return 'It has no spaces and no query.';
  const known = new Set([...namesInPath(operation.path), ...mappings.filter((each) => each.in === 'path').map(({ name }) => name)]);
  const unknown = namesInPath(path.replaceAll('${', '')).find((name) => !known.has(name));
  return unknown === undefined ? undefined : `Nothing says what {${unknown}} is: it is not in the path of the request, and not mapped.`;
}

function mappingProblem({ in: place, name, from, value }: MappingForm, all: readonly MappingForm[], position: number): string | undefined {
  if (name === '') return 'Say which parameter the backend service gets.';
  if (place === 'header' && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) return 'It is not the name of a header.';
  if (value === '' && from !== 'constant') return 'Say where the value comes from.';
  const first = all.findIndex((other) => other.in === place && other.name === name);
  return first < position ? 'It is set already.' : undefined;
}

function checkResponse({ operations }: ApiForm, add: Add): void {
  for (const { id, response, backend } of operations) {
    const { contentType, status, example, errorStatus, errorExample } = response;
    if (contentType !== '') add(`${id} contentType`, contentTypeProblem(contentType));
    add(`${id} status`, /^[23]\d\d$/.test(status) ? undefined : 'A number from 200 to 399.');
    add(
      `${id} example`,
      backend.answeredBy === 'mock' && example.trim() === ''
        ? 'The gateway answers with it: give one.'
        : exampleProblem(contentType, example),
    );
    if (errorStatus !== '') add(`${id} errorStatus`, /^[45]\d\d$/.test(errorStatus) ? undefined : 'A number from 400 to 599.');
    add(`${id} errorExample`, exampleProblem(contentType, errorExample));
  }
}

function contentTypeProblem(type: string): string | undefined {
  return /^[A-Za-z0-9!#$&^_.+-]{1,100}\/[A-Za-z0-9!#$&^_.+-]{1,100}(?:\s*;.{0,200})?$/.test(type) ? undefined : 'Such as application/json.';
}

function exampleProblem(contentType: string, example: string): string | undefined {
  if (example.trim() === '' || !isJson(contentType)) return undefined;
  try {
    JSON.parse(example);
    return undefined;
  } catch (error) {
    return `It is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether bodies of a media type are JSON. */
export function isJson(contentType: string): boolean {
  return /^(?:application|text)\/(?:[A-Za-z0-9.+-]{1,100}\+)?json\b/i.test(contentType);
}
