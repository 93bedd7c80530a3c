import { type AuthChoice, toAuthChoice } from '../settings/auth.ts';

export type ParameterPlace = 'path' | 'query' | 'header';
export type ParameterType = 'string' | 'integer' | 'number' | 'boolean';

export interface ParameterForm {
  name: string;
  in: ParameterPlace;
  type: ParameterType;
  required: boolean;
  description: string;
}

/** Where a value comes from that a request to the backend service gets. */
export type MappingSource = 'path' | 'query' | 'header' | 'constant' | 'variable' | 'context';

export interface MappingForm {
  /** Where it goes. */
  in: ParameterPlace;
  name: string;
  from: MappingSource;
  /** A name, or the constant itself. */
  value: string;
}

export interface OperationForm {
  /** Tells it from the others while its method and path are being typed. */
  id: number;
  method: string;
  path: string;
  summary: string;
  parameters: readonly ParameterForm[];
  body: { contentType: string; required: boolean; example: string } | null;
  backend: {
    /** `mock`: the gateway answers with the example itself. */
    answeredBy: 'service' | 'mock';
    /** Empty: the same as of the request. */
    path: string;
    method: string;
    timeout: string;
    /** `pass`: parameters reach the backend service as they came (B18). */
    mode: 'pass' | 'map';
    mappings: readonly MappingForm[];
  };
  response: { contentType: string; status: string; example: string; errorStatus: string; errorExample: string };
}

/** What the four steps are filled in with (B16); texts as they are typed. */
export interface ApiForm {
  name: string;
  title: string;
  description: string;
  owner: string;
  group: string;
  auth: AuthChoice;
  approval: 'owner' | 'automatic';
  /** Empty: the name. */
  basePath: string;
  operations: readonly OperationForm[];
  backend: string | null;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Whose requests have bodies; RFC 9110, 9.3 gives the others' no meaning. */
export const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function emptyOperation(id: number): OperationForm {
  return {
    id,
    method: 'GET',
    path: '/',
    summary: '',
    parameters: [],
    body: null,
    backend: { answeredBy: 'service', path: '', method: '', timeout: '', mode: 'pass', mappings: [] },
    response: { contentType: 'application/json', status: '200', example: '', errorStatus: '', errorExample: '' },
  };
}

export function emptyForm(owner: string): ApiForm {
  return {
    name: '',
    title: '',
    description: '',
    owner,
    group: '',
    auth: toAuthChoice('app'),
    approval: 'owner',
    basePath: '',
    operations: [emptyOperation(1)],
    backend: null,
  };
}

/** Names of the parameters in a path: `/pets/{id}`, `/files/{rest+}`. */
export function namesInPath(path: string): string[] {
  return [...path.matchAll(/\{([^{}/+]{1,100})\+?\}/g)].flatMap(([, name]) => name ?? []);
}

/** An operation with another path: its path parameters are those that the path names, and keep what was said of them. */
export function withPath(operation: OperationForm, path: string): OperationForm {
  const names = namesInPath(path);
  const known = new Map(operation.parameters.filter((each) => each.in === 'path').map((each) => [each.name, each]));
  const inPath = names.map(
    (name): ParameterForm => known.get(name) ?? { name, in: 'path', type: 'string', required: true, description: '' },
  );
  return { ...operation, path, parameters: [...inPath, ...operation.parameters.filter((each) => each.in !== 'path')] };
}

/** What a base path is when none was typed. */
export function basePathOf({ basePath, name }: Pick<ApiForm, 'basePath' | 'name'>): string {
  return basePath === '' ? `/${name}` : basePath;
}
