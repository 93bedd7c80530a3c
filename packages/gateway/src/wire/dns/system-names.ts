import { readFile } from 'node:fs/promises';

/** What the system's configuration says of how names are looked up. */
export interface SystemNames {
  /** Names of the hosts file, lower case: they win over DNS. */
  readonly hosts: ReadonlySet<string>;
  /** Domains that are tried behind a name (resolv.conf(5)). */
  readonly search: readonly string[];
  /** With so many dots a name is tried as it is first. */
  readonly dots: number;
  /** Changes when the servers may be others. */
  readonly version: string;
}

const HOSTS_FILE = '/etc/hosts';
const RESOLVER_FILE = '/etc/resolv.conf';
const SEARCH_MAX = 32;

/** Reads the hosts file and resolv.conf as they are now; what cannot be read says nothing. */
export async function readSystemNames(): Promise<SystemNames> {
  const [hosts, resolver] = await Promise.all([readText(HOSTS_FILE), readText(RESOLVER_FILE)]);
  return { hosts: parseHosts(hosts), ...parseResolver(resolver), version: resolver };
}

export function parseHosts(text: string): Set<string> {
  const names = new Set<string>();
  for (const line of text.split('\n')) {
    const [, ...named] = withoutComment(line, '#').split(/\s/).filter(Boolean);
    for (const name of named) names.add(name.toLowerCase());
  }
  return names;
}

export function parseResolver(text: string): Pick<SystemNames, 'search' | 'dots'> {
  let search: string[] = [];
  let dots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = withoutComment(withoutComment(line, '#'), ';').split(/\s/).filter(Boolean);
    // The last of `search` and `domain` counts.
    if (keyword === 'search') search = values.slice(0, SEARCH_MAX);
    else if (keyword === 'domain') search = values.slice(0, 1);
    else if (keyword === 'options')
      for (const option of values) if (/^ndots:\d{1,2}$/.test(option)) dots = Math.min(15, Number(option.slice(6)));
  }
  return { search: search.map((domain) => domain.replace(/^\.|\.$/g, '')).filter((domain) => domain !== ''), dots };
}

/** The names that DNS is asked for in turn, as the system does: in a cluster, `pets.dev` is the service before it is a site of that name. */
export function namesToAsk(host: string, { search, dots }: Pick<SystemNames, 'search' | 'dots'>): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const longer = search.map((domain) => `${host}.${domain}`);
  return host.split('.').length - 1 >= dots ? [host, ...longer] : [...longer, host];
}

function withoutComment(line: string, sign: string): string {
  const start = line.indexOf(sign);
  return start === -1 ? line : line.slice(0, start);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    // Not every system has them.
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
