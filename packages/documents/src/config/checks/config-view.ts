import type { Place, Problem, Severity } from '@gatehouse/contract';
import { quote } from '../show-value.ts';
import { findNearest, findWritten, type Path, type Written } from '../written.ts';

/** A name that refers to something, or that something is called by, and where it stands. */
export interface Name {
  value: string;
  path: Path;
}

export interface BackendView {
  path: Path;
  name: Name | undefined;
  /** Keys of `environments`; undefined: it cannot be read. */
  environments: Name[] | undefined;
  /** What its definitions name as `network`. */
  networks: Name[];
}

export interface ApiView {
  path: Path;
  name: Name | undefined;
  backend: Name | undefined;
  basePath: Name | undefined;
  publish: Name[];
  /** `publish` holds nothing that could not be read. */
  isPublishKnown: boolean;
  /** Environments that `variables` names. */
  variables: Name[];
}

export interface AppView {
  path: Path;
  name: Name | undefined;
  appKey: Name | undefined;
  appSecret: Name | undefined;
  appCode: Name | undefined;
  authorizations: { path: Path; api: Name | undefined; environments: Name[] }[];
}

export interface DomainView {
  host: Name | undefined;
  mappings: { path: Path; key: Name; api: Name | undefined; environment: Name | undefined }[];
}

/**
 * What the checks look at: the parts of a configuration that refer to each other, as far as they can be read. Taken from what
 * was written and not from the schema's result, so that one wrong value somewhere does not hide every broken reference.
 */
export interface ConfigView {
  /** Undefined: the list cannot be read, so that nothing can be said about names in it. */
  environments: Name[] | undefined;
  networks: { name: Name | undefined }[] | undefined;
  backends: BackendView[] | undefined;
  apis: ApiView[] | undefined;
  apps: AppView[];
  domains: DomainView[];
  defaultEnvironment: Name;
  /** The plain value at a path, undefined when there is none. */
  at(...path: (string | number)[]): unknown;
  /** A name in a message, without what came from the environment. */
  show(name: Name): string;
  placeOf(path: Path, options?: { key?: boolean }): Place;
}

export type Report = (
  severity: Severity,
  code: string,
  message: string,
  path: Path,
  options?: { /** Points at the key. */ key?: boolean },
) => void;

const ENVIRONMENTS: readonly string[] = ['test', 'pre', 'production'];

export function createConfigView(root: Written, plain: unknown): ConfigView {
  const at = (...path: (string | number)[]): unknown => {
    let value = plain;
    for (const part of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
    return value;
  };
  const name = (...path: (string | number)[]): Name | undefined => {
    const value = at(...path);
    return typeof value === 'string' && value !== '' ? { value, path } : undefined;
  };
  const list = (...path: (string | number)[]): (string | number)[][] | undefined => {
    const value = at(...path);
    if (value === undefined && findWritten(root, path) === undefined) return [];
    return Array.isArray(value) ? value.map((_, index) => [...path, index]) : undefined;
  };
  const names = (...path: (string | number)[]): Name[] => (list(...path) ?? []).flatMap((item) => name(...item) ?? []);
  const keys = (...path: (string | number)[]): Name[] | undefined => {
    const value = at(...path);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap ? Object.keys(value).map((key) => ({ value: key, path: [...path, key] })) : undefined;
  };

  const environments =
    findWritten(root, ['environments']) === undefined
      ? ENVIRONMENTS.map((value) => ({ value, path: [] }))
      : list('environments')?.map((item) => name(...item));
  return {
    environments: isComplete(environments) ? environments : undefined,
    networks: list('networks')?.map((path) => ({ name: name(...path, 'name') })),
    backends: list('backends')?.map((path) => {
      const defined = keys(...path, 'environments');
      return {
        path,
        name: name(...path, 'name'),
        environments: defined,
        networks: (defined ?? []).flatMap((environment) => name(...environment.path, 'network') ?? []),
      };
    }),
    apis: list('apis')?.map((path) => ({
      path,
      name: name(...path, 'name'),
      backend: name(...path, 'backend'),
      basePath: name(...path, 'basePath'),
      publish: names(...path, 'publish'),
      isPublishKnown: isComplete(list(...path, 'publish')?.map((item) => name(...item))),
      variables: keys(...path, 'variables') ?? [],
    })),
    apps: (list('apps') ?? []).map((path) => ({
      path,
      name: name(...path, 'name'),
      appKey: name(...path, 'appKey'),
      appSecret: name(...path, 'appSecret'),
      appCode: name(...path, 'appCode'),
      authorizations: (list(...path, 'authorizations') ?? []).map((authorization) => ({
        path: authorization,
        api: name(...authorization, 'api'),
        environments: names(...authorization, 'environments'),
      })),
    })),
    domains: (list('domains') ?? []).map((path) => ({
      host: name(...path, 'host'),
      mappings: (list(...path, 'mappings') ?? []).map((mapping) => {
        const key = at(...mapping, 'path') ?? '';
        return {
          path: mapping,
          key: { value: typeof key === 'string' ? key : '', path: [...mapping, 'path'] },
          api: name(...mapping, 'api'),
          environment: name(...mapping, 'environment'),
        };
      }),
    })),
    defaultEnvironment: name('gateway', 'defaultEnvironment') ?? { value: 'production', path: ['gateway', 'defaultEnvironment'] },
    at,
    show({ value, path }) {
      const node = findWritten(root, path);
      return node?.kind === 'scalar' && node.label !== undefined ? node.label : quote(value);
    },
    placeOf(path, options) {
      const node = findNearest(root, path);
      return options?.key === true ? node.keySpot.place({ key: true }) : node.spot.place();
    },
  };
}

function isComplete(names: (Name | undefined)[] | undefined): names is Name[] {
  return names?.every((name) => name !== undefined) ?? false;
}

/** A reporter that gives each problem its place. */
export function createReport(view: ConfigView, problems: Problem[]): Report {
  return (severity, code, message, path, options) => {
    problems.push({ severity, code, message, path, place: view.placeOf(path, options) });
  };
}
