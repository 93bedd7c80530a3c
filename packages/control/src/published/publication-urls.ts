import type { DomainSnapshot } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { readSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { SnapshotSettings } from '../snapshot/build-snapshot.ts';
import type { Addresses } from './dependencies.ts';
import type { LiveRow } from './published-rows.ts';

/** What the addresses of publications are made of. */
export interface UrlSources {
  settings: Pick<SnapshotSettings, 'environments' | 'defaultEnvironment'>;
  domains: readonly DomainSnapshot[];
  /** Of the gateway, the best one first. */
  bases: readonly string[];
  ofHost: Addresses['ofHost'];
}

export async function readUrlSources(db: Kysely<ControlTables>, addresses: Addresses): Promise<UrlSources> {
  const rows = await db.selectFrom('domains').select(['host', 'mappings']).orderBy('host').execute();
  return {
    settings: await readSettings(db),
    domains: rows.map(({ host, mappings }) => ({ host, mappings: JSON.parse(mappings) as DomainSnapshot['mappings'] })),
    bases: await addresses.all(),
    ofHost: (host, base) => addresses.ofHost(host, base),
  };
}

type Where = Pick<LiveRow, 'environment' | 'base_path' | 'domains_only'>;

/**
 * Where the gateway serves an API in an environment, the best address first: its own domains, then below the gateway's own address.
 * Requests find it there by the rules of `routing/resolve` in the gateway. A domain with a wildcard is no address.
 */
export function publicationUrls({ settings, domains, bases, ofHost }: UrlSources, api: string, where: Where): string[] {
  const [best] = bases;
  const bound = domains.flatMap(({ host, mappings }) =>
    host.startsWith('*.') || best === undefined
      ? []
      : mappings
          .filter((mapping) => mapping.api === api && mapping.environment === where.environment)
          .toSorted((a, b) => b.path.length - a.path.length)
          .map(({ path }) => `${ofHost(host, best)}${path === '' ? '' : `/${path}`}`),
  );
  if (where.domains_only === 1) return bound;
  const path = where.base_path === '/' ? '' : where.base_path;
  const below = `${needsSegment(settings, where) ? `/${where.environment}` : ''}${path}`;
  return [...bound, ...bases.map((base) => `${base}${below}`)];
}

/** The default environment goes without one, unless the base path begins with what would be taken for another. */
function needsSegment({ environments, defaultEnvironment }: UrlSources['settings'], { environment, base_path }: Where): boolean {
  return environment !== defaultEnvironment || environments.includes(base_path.split('/', 2)[1] ?? '');
}
