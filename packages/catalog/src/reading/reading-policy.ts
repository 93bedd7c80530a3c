import { isIP } from 'node:net';
import { z } from 'zod';
import { classifyAddress } from './address-class.ts';
import { ReadingError } from './reading-error.ts';

/** One entry of `backend.reading.allow`. */
export const readingAllowEntry = z.strictObject({
  host: z
    .string()
    .regex(/^(?:\*\.)?(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5}(?:-\d{1,5})?)?$/, {
      error: 'expected a host such as example.com, *.example.com or localhost:9000',
    })
    .describe('Host with its port if that is not the default one; a leading "*." stands for any subdomain'),
  paths: z.array(z.string().startsWith('/')).optional().describe('Path prefixes; default: all paths'),
  private: z.boolean().optional().describe('Whether the host may lead into the private network'),
});

export type ReadingAllowEntry = z.infer<typeof readingAllowEntry>;

export interface ReadingPolicyConfig {
  /** `backend.reading.allow`. */
  allow?: readonly ReadingAllowEntry[];
  /** Hosts of `integrations`, with port where it is not the default one: allowed on all paths, also in the private network. */
  integrationHosts?: readonly string[];
}

/** What a URL may lead to: the addresses that its host may have. */
export interface ReadingPermit {
  allowsPrivate: boolean;
  /** Link-local addresses too, because the address itself stands in the settings. */
  allowsMetadata: boolean;
}

interface Rule extends ReadingPermit {
  matches(url: URL): boolean;
}

/** Names that exist only in private networks (RFC 6762, RFC 8375, ICANN's .internal): whoever names one means an address there. */
const PRIVATE_NAME = /^(?:[a-z0-9_-]{1,63}|[a-z0-9._-]{1,253}\.(?:localhost|local|internal|intranet|lan|corp|home\.arpa|svc))$/;

/** Decides which URLs the catalog may read. Everything that no setting names is refused. */
export class ReadingPolicy {
  readonly #rules: readonly Rule[];

  constructor(config: ReadingPolicyConfig) {
    const integrations = (config.integrationHosts ?? []).map((host) => ({ host, private: true }));
    this.#rules = [...(config.allow ?? []), ...integrations].map(toRule);
  }

  /** Reads a URL as something that may be read; throws a ReadingError that says which setting would allow it. */
  permit(target: string): { url: URL; permit: ReadingPermit } {
    const url = URL.parse(target);
    if (url === null) throw new ReadingError('invalid-target', `"${shorten(target)}" is not a URL`);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new ReadingError('invalid-target', `${shorten(url.protocol)} is not read; the catalog reads http and https URLs`);
    }
    // Not shown: they would end up in statuses and logs.
    if (url.username !== '' || url.password !== '') {
      throw new ReadingError('invalid-target', `a URL of ${url.host} holds a user name or password; remove it from the URL`);
    }
    const matching = this.#rules.filter((rule) => rule.matches(url));
    if (matching.length === 0) {
      throw new ReadingError(
        'not-allowed',
        `Reading from '${shorten(displayUrl(url))}' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow': { host: '${url.host}' }`,
      );
    }
    const permit = {
      allowsPrivate: matching.some((rule) => rule.allowsPrivate),
      allowsMetadata: matching.some((rule) => rule.allowsMetadata),
    };
    const literal = literalAddress(url.hostname);
    if (literal !== undefined) this.checkAddress(literal, url, permit);
    return { url, permit };
  }

  /** Throws when a host leads to an address that its permit does not cover. */
  checkAddress(address: string, url: URL, permit: ReadingPermit): void {
    const found = classifyAddress(address);
    if (found === 'public' || (found === 'private' ? permit.allowsPrivate : permit.allowsMetadata)) return;
    const remedy =
      found === 'private'
        ? `add private: true to its entry in backend.reading.allow if that is meant`
        : `only an entry of backend.reading.allow for the address itself allows that`;
    throw new ReadingError('private-address', `${url.host} leads to ${address}, which is not a public address; ${remedy}`);
  }
}

function toRule(entry: ReadingAllowEntry): Rule {
  const { name, portMin, portMax } = splitHost(entry.host.toLowerCase());
  const suffix = name.startsWith('*.') ? name.slice(1) : undefined;
  const literal = literalAddress(name);
  const { paths } = entry;
  return {
    allowsPrivate: entry.private ?? (literal !== undefined || (suffix === undefined && PRIVATE_NAME.test(name))),
    allowsMetadata: literal !== undefined,
    matches(url) {
      const isHost = suffix === undefined ? url.hostname === name : url.hostname.endsWith(suffix) && url.hostname.length > suffix.length;
      if (!isHost) return false;
      const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
      if (portMin === undefined ? url.port !== '' : port < portMin || port > (portMax ?? portMin)) return false;
      return paths === undefined || isBelow(url.pathname, paths);
    },
  };
}

/** A slash that is encoded is no slash to this comparison, and may be one to the server (`/api/..%2fadmin`). */
function isBelow(pathname: string, paths: readonly string[]): boolean {
  return !/%2f|%5c/i.test(pathname) && paths.some((path) => pathname.startsWith(path));
}

function splitHost(host: string): { name: string; portMin?: number; portMax?: number } {
  const match = /^(.*):(\d{1,5})(?:-(\d{1,5}))?$/.exec(host);
  if (match === null || host.endsWith(']')) return { name: canonicalName(host) };
  const [, name = '', min, max] = match;
  return { name: canonicalName(name), portMin: Number(min), ...(max === undefined ? {} : { portMax: Number(max) }) };
}

/** As a URL would say it: `0x7f.1` is 127.0.0.1, `[0::1]` is [::1]. */
function canonicalName(name: string): string {
  return name.startsWith('*.') ? name : (URL.parse(`http://${name}`)?.hostname ?? name);
}

function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

/** A URL as it may be shown: signatures and tokens stand in the query. */
export function displayUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

function shorten(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 500)}…`;
}
