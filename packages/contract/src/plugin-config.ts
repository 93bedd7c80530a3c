import { z } from 'zod';
import { duration } from './units.ts';

/** What is below `/api` already, or will be: no plugin may have these names. */
export const RESERVED_PLUGIN_NAMES: readonly string[] = ['v1', 'catalog', 'proxy', 'auth'];

/**
 * The name of a plugin: a segment of a path, and a part of the names of its tables. Thirty characters leave as many for the rest of a table's
 * name in PostgreSQL, which cuts names off at 63 bytes.
 */
export const pluginName = z
  .string()
  .regex(
    /^(?=.{1,30}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    'must be 1 to 30 lower-case letters, digits and single dashes, and begin with a letter, such as frobs-aggregator',
  )
  .refine((name) => !RESERVED_PLUGIN_NAMES.includes(name), `must not be one of ${RESERVED_PLUGIN_NAMES.join(', ')}: these are taken`);

const PATH = /^(?:\.{1,2}\/|\/)/;
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._~-]{0,100}\/)?[a-z0-9][a-z0-9._~-]{0,200}(?:\/[A-Za-z0-9._~-]{1,100}){0,8}$/;

/** Whether a plugin's module is a file, relative to the configuration file; otherwise it is an installed package. */
export function isPluginPath(module: string): boolean {
  return PATH.test(module);
}

const plugin = z.strictObject({
  module: z
    .string()
    .max(1024)
    .refine(
      (text) => (PATH.test(text) || PACKAGE.test(text)) && !text.includes('\0'),
      'must be a path that begins with ./, ../ or /, or the name of an installed package',
    )
    .meta({ description: 'The module: a file, relative to this one, or an installed package. It runs as a part of the control server.' }),
  name: pluginName.optional().meta({ description: 'Where it is served: /api/<name>; default: the name that the plugin gives itself.' }),
  optional: z.boolean().default(false).meta({
    description: 'When it cannot be started: true, its paths answer with 503 and everything else runs; false, the start is refused.',
  }),
  startTimeout: duration
    .default(30_000)
    .refine((ms) => ms >= 100, 'must be 100ms at least')
    .meta({ description: 'How long it may take to start.' }),
  config: z.record(z.string(), z.unknown()).default({}).meta({ description: "The plugin's own settings, checked by its own schema." }),
});

/** The list `plugins`: backend extensions of the control server. */
export const pluginSettings = z
  .array(plugin)
  .max(100)
  .default([])
  .meta({ description: 'Backend extensions of the control server, each served below /api/<name>.' });

/** One plugin as it is configured; every default filled in, durations in ms. */
export type PluginSettings = z.output<typeof plugin>;
