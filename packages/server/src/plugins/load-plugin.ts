import type { Problem } from '@gatehouse/contract';
import { pluginName } from '@gatehouse/contract';
import { type ConfigResult, PLUGIN_API, type Plugin } from '@gatehouse/sdk/plugin';
import { resolveModule } from './resolve-module.ts';
import { problemOf, type WrittenPlugin } from './written-plugin.ts';

type AnyPlugin = Plugin<unknown, unknown>;

/** A plugin whose module was loaded and whose configuration fits. */
export interface LoadedPlugin {
  written: WrittenPlugin;
  name: string;
  definition: AnyPlugin;
  /** As the plugin's schema made it. */
  config: unknown;
}

/** Why a plugin cannot be used; the messages go to the user. */
export interface PluginFailure {
  written: WrittenPlugin;
  /** Where it would be served; undefined when nobody knows. */
  name: string | undefined;
  problems: Problem[];
}

/** Loads the module of a plugin and checks its configuration with its own schema. Never rejects. */
export async function loadPlugin(written: WrittenPlugin): Promise<LoadedPlugin | PluginFailure> {
  const { settings } = written;
  const refuse = (path: (string | number)[], code: string, message: string): PluginFailure => ({
    written,
    name: settings.name,
    problems: [problemOf(written, path, code, message)],
  });
  const resolved = resolveModule(written);
  if ('missing' in resolved) return refuse(['module'], 'plugin.module-missing', resolved.missing);
  let exported: Record<string, unknown>;
  try {
    exported = await within(settings.startTimeout, import(resolved.url) as Promise<Record<string, unknown>>);
  } catch (error) {
    return refuse(['module'], 'plugin.module-failed', `the module "${settings.module}" cannot be loaded: ${messageOf(error)}`);
  }
  const definition = exported.plugin ?? exported.default;
  const fault = faultOf(definition);
  if (fault !== undefined) return refuse(['module'], 'plugin.invalid', `the module "${settings.module}" ${fault}`);
  const plugin = definition as AnyPlugin;
  const name = settings.name ?? plugin.name;
  const wrongName = pluginName.safeParse(name);
  if (!wrongName.success)
    return refuse(['module'], 'plugin.name', `the name "${name}" ${wrongName.error.issues[0]?.message}; give another with name`);
  if (plugin.config === undefined) return { written, name, definition: plugin, config: settings.config };
  try {
    const result = await within(settings.startTimeout, Promise.resolve(plugin.config['~standard'].validate(settings.config)));
    if (result.issues === undefined) return { written, name, definition: plugin, config: result.value };
    return { written, name, problems: result.issues.map((issue) => toProblem(written, name, issue)) };
  } catch (error) {
    return refuse(['config'], 'plugin.invalid', `the schema of the plugin "${name}" failed: ${messageOf(error)}`);
  }
}

/** Rejects when it takes longer. */
export async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not finish within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, 500).replaceAll(/[\u0000-\u001f\u007f]+/g, ' ');
}

function faultOf(definition: unknown): string | undefined {
  const help = 'export const plugin = definePlugin({ … })';
  if (typeof definition !== 'object' || definition === null) return `exports no plugin: ${help}`;
  const { pluginApi, name, register } = definition as Partial<Record<keyof AnyPlugin, unknown>>;
  if (pluginApi === undefined) return `exports something that is no plugin: ${help}`;
  if (pluginApi !== PLUGIN_API) return `is for generation ${String(pluginApi)} of plugins; this version of Gatehouse runs ${PLUGIN_API}`;
  if (typeof name !== 'string' || typeof register !== 'function') return 'exports a plugin without name or register';
  return undefined;
}

type Issue = NonNullable<ConfigResult<unknown>['issues']>[number];

function toProblem(written: WrittenPlugin, name: string, { message, path = [] }: Issue): Problem {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part)).map((key) => (typeof key === 'symbol' ? String(key) : key));
  const where = ['config', ...keys].join('.');
  return problemOf(written, ['config', ...keys], 'plugin.config', `${where} of the plugin "${name}": ${message}`);
}
