/** `scheme://host[:port]` and nothing else, as browsers send it; `*` for one or more labels at the beginning of the host. */
const ORIGIN = /^([a-z][a-z0-9+.-]{0,31}):\/\/(\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * An origin of a configuration the way browsers write it (lower case, without the scheme's own port), or undefined when it is none:
 * `*`, `https://example.com`, `https://*.example.com:8443`, `https://*`, `capacitor://localhost`.
 */
export function normalizeOrigin(text: string): string | undefined {
  if (text === '*') return text;
  const match = ORIGIN.exec(text.toLowerCase());
  if (match === null) return undefined;
  const [, scheme = '', host = '', port] = match;
  if (host.includes('..')) return undefined;
  return port === undefined || port === DEFAULT_PORTS[scheme] ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

/** Whether an origin of a configuration stands for hosts that anybody can have: `*`, or a scheme with any host. */
export function isOpenOrigin(origin: string): boolean {
  return origin === '*' || /^[a-z][a-z0-9+.-]*:\/\/\*(?::\d+)?$/.test(origin);
}

interface OriginPattern {
  /** `https://` */
  before: string;
  /** `.example.com:8443`; empty for any host. */
  after: string;
}

/** Compiles normalised origins (see `normalizeOrigin`; without `*`) into a test of an Origin field. */
export function compileOrigins(origins: readonly string[]): (origin: string) => boolean {
  const exact = new Set(origins.filter((origin) => !origin.includes('*')));
  const patterns = origins.filter((origin) => origin.includes('*')).map(toPattern);
  return (origin) => {
    if (exact.has(origin)) return true;
    for (const pattern of patterns) if (matches(pattern, origin)) return true;
    return false;
  };
}

function toPattern(origin: string): OriginPattern {
  const star = origin.indexOf('*');
  return { before: origin.slice(0, star), after: origin.slice(star + 1) };
}

/**
 * What stands for the `*` must be labels and nothing else: with a slash, an @, a colon or a userinfo in it, `https://evil.test/.example.com`
 * and the like would pass a mere comparison of the ends.
 */
function matches({ before, after }: OriginPattern, origin: string): boolean {
  const end = origin.length - after.length;
  if (end <= before.length || !origin.startsWith(before) || !origin.endsWith(after)) return false;
  let previous = 46;
  for (let i = before.length; i < end; i++) {
    const code = origin.charCodeAt(i);
    if (code === 46) {
      if (previous === 46) return false;
    } else if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95)) {
      return false;
    }
    previous = code;
  }
  return previous !== 46;
}
