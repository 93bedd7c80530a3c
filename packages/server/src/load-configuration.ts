import { dirname } from 'node:path';
import {
  type ApiConfig,
  type ApiRevisionSnapshot,
  authSetting,
  type GatehouseConfig,
  hasErrors,
  mayBeMocked,
  type Place,
  type PolicyUse,
  type Problem,
} from '@gatehouse/contract';
import { hashContent, type ReadResources, revisionId, toTimeouts } from '@gatehouse/control/file';
import { effectiveBasePath, type ImportedDefinition, importDefinition, readConfig, validatePolicies } from '@gatehouse/documents';
import { compileAccessLogFormat } from '@gatehouse/gateway';
import { z } from 'zod';
import { configSchema, policyEntrySchema } from './config-schema.ts';
import { createTextFetcher } from './fetch-text.ts';
import { appsWithoutCredentials } from './file-apps.ts';
import { readWrittenPlugins, type WrittenPlugin } from './plugins/written-plugin.ts';
import { look } from './watch-files.ts';

export interface LoadedConfiguration {
  /** Undefined when the files could not be understood at all. */
  config: GatehouseConfig | undefined;
  /** What a snapshot is built from; undefined when there are errors. */
  parts: ReadResources | undefined;
  /** Plugins of a control plane; none without one. */
  plugins: WrittenPlugin[];
  problems: Problem[];
  /** Every file that was read, absolute. */
  inputs: string[];
}

export interface LoadOptions {
  /** A control plane makes up the credentials that the file does not name; assumed where nobody knows the role yet. */
  hasControlPlane: boolean;
}

interface CachedImport {
  /** The options that matter, and the state of the files. */
  key: string;
  files: string;
  definition: ImportedDefinition | undefined;
  problems: Problem[];
  inputs: string[];
}

/** What of an API decides how its definition is read. */
type ImportedApi = Pick<
  ApiConfig,
  'name' | 'definition' | 'backend' | 'parameters' | 'variables' | 'auth' | 'errorProfile' | 'ignoreExtensions' | 'publish'
>;

type Written = NonNullable<Awaited<ReturnType<typeof readConfig>>>;

/** Reads configuration and definitions. Keeps what it read of definitions, so that a reload reads again only what has changed. */
export class ConfigurationLoader {
  readonly #imports = new Map<string, CachedImport>();

  async load(
    files: readonly string[],
    env: Record<string, string | undefined> = process.env,
    options: LoadOptions = { hasControlPlane: true },
  ): Promise<LoadedConfiguration> {
    const written = await readConfig(files, configSchema, { env });
    const { config } = written;
    const problems = [...written.problems];
    const inputs = [...written.inputs];
    if (config === undefined) {
      // Also with errors elsewhere: every problem at once.
      for (const { api, index } of writtenApis(written.plain)) {
        const imported = await this.#import(api, index, written, []);
        problems.push(...imported.problems);
        inputs.push(...imported.inputs);
      }
      return { config, parts: undefined, plugins: [], problems, inputs: [...new Set(inputs)] };
    }

    problems.push(...accessLogProblems(config, written));
    if (!options.hasControlPlane) problems.push(...appsWithoutCredentials(config.apps, written.placeOf));
    const plugins = readWrittenPlugins(options.hasControlPlane ? config.plugins : [], written);
    problems.push(...plugins.problems);
    const revisions: ApiRevisionSnapshot[] = [];
    const documents: Map<string, { document: Record<string, unknown>; title: string }> = new Map();
    const mocked = config.backends.filter(({ type }) => mayBeMocked(type)).map(({ name }) => name);
    const loaded = await Promise.all(config.apis.map((api, index) => this.#import(api, index, written, mocked)));
    loaded.forEach((imported, index) => {
      problems.push(...imported.problems);
      inputs.push(...imported.inputs);
      const api = config.apis[index] as ApiConfig;
      if (imported.definition === undefined) return;
      revisions.push(toRevision(api, index, config, imported.definition, written));
      documents.set(api.name, imported.definition);
    });
    const policies = placed(config.policies, ['policies'], written);
    const parts = hasErrors(problems) ? undefined : { config, policies, revisions, documents };
    return { config, parts, plugins: plugins.plugins, problems, inputs: [...new Set(inputs)] };
  }

  /** `mocked`: backends for which the gateway may answer with examples. */
  async #import(api: ImportedApi, index: number, written: Written, mocked: readonly string[]): Promise<CachedImport> {
    const path = ['apis', index, 'definition'];
    const file = written.fileOf(path);
    const variables = Object.fromEntries(api.publish.map((environment) => [environment, api.variables[environment] ?? {}]));
    const place = written.placeOf(path);
    const key = JSON.stringify([
      api.definition,
      file,
      api.backend,
      api.parameters,
      variables,
      api.auth,
      api.errorProfile,
      api.ignoreExtensions,
      mocked,
      place,
    ]);
    const cached = this.#imports.get(api.name);
    if (cached !== undefined && cached.key === key && cached.inputs.length > 0 && cached.files === (await look(cached.inputs)))
      return cached;
    const origin =
      typeof api.definition === 'string' && /^https?:\/\//i.test(api.definition) ? URL.parse(api.definition)?.origin : undefined;
    const imported = await importDefinition({
      definition: api.definition,
      baseDir: dirname(file),
      inlineSource: { file, placeOf: (inner) => written.placeOf([...path, ...inner]) ?? { file, line: 1, column: 1 } },
      parameters: api.parameters,
      environments: variables,
      ignoreExtensions: api.ignoreExtensions,
      exampleBackends: new Set(mocked),
      validatePolicies: (value) => validatePolicies(value, policyEntrySchema),
      ...(api.backend === undefined ? {} : { backend: api.backend }),
      ...(api.auth === undefined ? {} : { auth: api.auth }),
      ...(api.errorProfile === undefined ? {} : { errorProfile: api.errorProfile }),
      ...(origin === undefined ? {} : { fetchText: createTextFetcher(origin) }),
    });
    // An error that has no place of its own is shown where the API names its definition.
    const problems = imported.problems.map((problem) =>
      problem.place === undefined ? { ...problem, ...(place === undefined ? {} : { place }) } : problem,
    );
    const result: CachedImport = {
      key,
      files: await look(imported.inputs),
      definition: imported.definition,
      problems,
      inputs: imported.inputs,
    };
    this.#imports.set(api.name, result);

    return result;
  }
}

/** The APIs of a configuration with errors that name a definition, with what else of them is of the right kind. */
function writtenApis(plain: unknown): { api: ImportedApi; index: number }[] {
  const shape = z.looseObject({
    name: z.string(),
    definition: z.string(),
    backend: z.string().optional().catch(undefined),
    parameters: z.record(z.string(), z.string()).catch({}),
    auth: authSetting.optional().catch(undefined),
    ignoreExtensions: z.array(z.string()).catch([]),
  });
  const list = z.looseObject({ apis: z.array(z.unknown()) }).safeParse(plain);
  if (!list.success) return [];
  return list.data.apis.flatMap((item, index) => {
    const api = shape.safeParse(item);
    return api.success ? [{ index, api: { ...api.data, errorProfile: undefined, variables: {}, publish: [] } }] : [];
  });
}

/** What the access log's format names that does not exist. */
function accessLogProblems(config: GatehouseConfig, written: Written): Problem[] {
  try {
    compileAccessLogFormat(config.gateway.accessLog.format);
    return [];
  } catch (error) {
    const path = ['gateway', 'accessLog', 'format'];
    const place = written.placeOf(path);
    // That the format must have a request id is checked with the rest of the file already.
    if (written.problems.some((problem) => problem.path?.join('.') === path.join('.'))) return [];
    const message = error instanceof Error ? error.message : String(error);
    return [{ severity: 'error', code: 'config.access-log-format', message, path, ...(place === undefined ? {} : { place }) }];
  }
}

function toRevision(
  api: ApiConfig,
  index: number,
  config: GatehouseConfig,
  definition: ImportedDefinition,
  written: Written,
): ApiRevisionSnapshot {
  const own = placed(api.policies, ['apis', index, 'policies'], written);
  const content: Omit<ApiRevisionSnapshot, 'id'> = {
    api: api.name,
    basePath: effectiveBasePath(config, api),
    errorProfile: definition.errorProfile,
    timeouts: toTimeouts(api.timeouts),
    // What the document says about every operation is nearer to the API's heart than what surrounds it, so it runs inside.
    policies: [...own, ...definition.policies],
    ...(definition.authentication === null ? {} : { authentication: definition.authentication }),
    routes: definition.routes,
    ...(api.owner === undefined ? {} : { owner: api.owner }),
    ...(definition.domainsOnly ? { domainsOnly: true } : {}),
  };
  return { id: revisionId(api.name, hashContent(JSON.stringify(content))), ...content };
}

function placed(policies: GatehouseConfig['policies'], path: (string | number)[], written: Written): PolicyUse[] {
  return policies.map((policy, index) => {
    const place: Place | undefined = written.placeOf([...path, index]);
    return { ...policy, ...(place === undefined ? {} : { at: `${place.file}:${place.line}:${place.column}` }) };
  });
}
