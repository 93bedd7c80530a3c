import type { GatehouseConfig, Place, PluginSettings, Problem } from '@gatehouse/contract';
import { resolveModule } from './resolve-module.ts';

type Path = readonly (string | number)[];

/** A plugin as the configuration has it, and where: what its module says to it is told with its place. */
export interface WrittenPlugin {
  settings: PluginSettings;
  /** The file that names it, absolute: what it names is relative to that. */
  file: string;
  places: { path: Path; place: Place }[];
}

/** What of a configuration that was read is needed here. */
interface Written {
  placeOf(path: Path): Place | undefined;
  fileOf(path: Path): string;
}

/** Places that are kept of one plugin; beyond, those around them do. */
const PLACES_MAX = 1_000;

/** The plugins of a configuration. A module that is not there is a problem; none is run. */
export function readWrittenPlugins(
  plugins: GatehouseConfig['plugins'],
  written: Written,
): { plugins: WrittenPlugin[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const read = plugins.map((settings, index): WrittenPlugin => {
    const at = (path: Path) => written.placeOf(['plugins', index, ...path]);
    const paths: Path[] = [[], ['module'], ['name'], ...pathsOf(settings.config, ['config'])];
    const places = paths.slice(0, PLACES_MAX).flatMap((path) => {
      const place = at(path);
      return place === undefined ? [] : [{ path, place }];
    });
    const plugin = { settings, file: written.fileOf(['plugins', index, 'module']), places };
    const resolved = resolveModule(plugin);
    if ('missing' in resolved) problems.push(problemOf(plugin, ['module'], 'plugin.module-missing', resolved.missing));
    return plugin;
  });
  return { plugins: read, problems };
}

/** A problem of a plugin, at the place of a value of it or of what is around that. */
export function problemOf(plugin: WrittenPlugin, path: Path, code: string, message: string): Problem {
  const place = placeOf(plugin, path);
  return { severity: 'error', code, message, ...(place === undefined ? {} : { place }) };
}

function placeOf({ places }: WrittenPlugin, path: Path): Place | undefined {
  for (let length = path.length; length >= 0; length--) {
    const key = JSON.stringify(path.slice(0, length));
    const found = places.find((known) => JSON.stringify(known.path) === key);
    if (found !== undefined) return found.place;
  }
  return undefined;
}

function* pathsOf(value: unknown, path: Path): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]);
}
