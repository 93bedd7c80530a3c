import type { PluginMigrations } from './plugin-database.ts';
import type { PluginEnvironment } from './plugin-environment.ts';

/** A schema of zod, or any other that is a Standard Schema (https://standardschema.dev). */
export interface ConfigSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): ConfigResult<Output> | Promise<ConfigResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type ConfigResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** The generation of this interface; Gatehouse starts plugins of the generation that it knows. */
export const PLUGIN_API = 1;

/** A plugin of the control server. */
export interface PluginDefinition<Config = Record<string, unknown>, Tables = Record<never, never>> {
  /** 1 to 30 lower-case letters, digits and single dashes. Where it is served, unless the configuration says otherwise: `/api/<name>`. */
  name: string;
  /** What `config` may be. Absent: any map. */
  config?: ConfigSchema<Config>;
  /** Its own tables. */
  migrations?: PluginMigrations<Tables>;
  /**
   * Adds routes and scheduled tasks. Called once, when its tables are there and before the server listens; what it throws is why the start
   * is refused.
   */
  register(environment: PluginEnvironment<Config, Tables>): void | Promise<void>;
}

/** What a plugin's module exports as `plugin`. */
export interface Plugin<Config = Record<string, unknown>, Tables = Record<never, never>> extends PluginDefinition<Config, Tables> {
  readonly pluginApi: typeof PLUGIN_API;
}

/** Declares a plugin: `export const plugin = definePlugin({ … })`. */
export function definePlugin<Config = Record<string, unknown>, Tables = Record<never, never>>(
  definition: PluginDefinition<Config, Tables>,
): Plugin<Config, Tables> {
  return { ...definition, pluginApi: PLUGIN_API };
}
