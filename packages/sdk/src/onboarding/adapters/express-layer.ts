import { asText, isList, items, keysOf, read } from './safe-read.ts';

const PATHS_MAX = 100;

/**
 * Where a router is mounted, in the syntax of Express. Undefined when nobody can tell: a regular expression, or Express 5 with a `router`
 * before 2.3, which keeps no path.
 */
export function prefixesOfLayer(layer: unknown): string[] | undefined {
  const raw = read(layer, 'rawPath');
  if (raw !== undefined) {
    const paths = (isList(raw) ? [...items(raw)].slice(0, PATHS_MAX) : [raw]).map((path) => asText(path) ?? literalOf(path));
    return paths.every((path) => path !== undefined) ? paths : undefined;
  }
  const regexp = read(layer, 'regexp');
  if (read(layer, 'slash') === true || read(regexp, 'fast_slash') === true) return [''];
  const source = regexp instanceof RegExp ? asText(read(regexp, 'source')) : undefined;
  return source === undefined ? undefined : fromPathRegexp(source, read(layer, 'keys'));
}

/** A regular expression that is only a text in disguise: `/^\/pets\/?$/`. */
export function literalOf(path: unknown): string | undefined {
  const source = path instanceof RegExp ? asText(read(path, 'source')) : undefined;
  const match = /^\^((?:\\\/|[\w-]){1,200})(?:\\\/\?)?(?:\$|\(\?=\\\/\|\$\))?$/.exec(source ?? '');
  return match?.[1]?.replaceAll('\\/', '/');
}

/** What `path-to-regexp` 0.1, which Express 4 has, writes after a path that may go on. */
const END = '\\/?(?=\\/|$)';
/** A parameter there: `(?:\/([^/]+?))`, in earlier releases `(?:([^\/]+?))`; with `?` it may be left out. */
const PARAMETER = /\(\?:(\\[/.])?\((?:\[\^[^\]]{1,20}\]|\\d)[+*]\??\)\)(\?)?/y;

/** Express 4 keeps a mounted path only as the regular expression that it was made into. */
function fromPathRegexp(source: string, keys: unknown): string[] | undefined {
  const names = [...items(keys)].slice(0, PATHS_MAX).map((key) => asText(read(key, 'name'), 64));
  const paths: string[] = [];
  for (const alternative of source.split(`${END}|`).slice(0, PATHS_MAX)) {
    const written = alternative.endsWith(END) ? alternative.slice(0, -END.length) : alternative;
    const path = written.startsWith('^') ? fromAlternative(written.slice(1), names) : undefined;
    if (path === undefined) return undefined;
    paths.push(path);
  }
  return paths;
}

/** Takes the names that it uses from `names`. */
function fromAlternative(source: string, names: (string | undefined)[]): string | undefined {
  let path = '';
  for (let at = 0; at < source.length; ) {
    const character = source[at] ?? '';
    if (character === '\\' && /[^\w]/.test(source[at + 1] ?? 'a')) {
      path += source[at + 1];
      at += 2;
      continue;
    }
    if (/[\w\-~%@!,;:&='" ]/.test(character)) {
      path += character;
      at += 1;
      continue;
    }
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(source);
    const name = match === null ? undefined : names.shift();
    if (match === null || name === undefined) return undefined;
    path += `${match[1]?.slice(1) ?? ''}:${name}${match[2] ?? ''}`;
    at += match[0].length;
  }
  return path;
}

/** Methods of a route as Express keeps them; `ALL` for any. */
export function methodsOf(route: unknown): string[] {
  return keysOf(read(route, 'methods'))
    .slice(0, PATHS_MAX)
    .map((name) => (name === '_all' ? 'ALL' : name));
}
