import { useQueries, useQuery } from '@tanstack/react-query';
import { useMe } from '../../account/use-me.ts';
import { usableAppsQuery } from '../../requests/server/usable-apps.ts';
import { appAuthorizationsQuery } from '../server/app-authorizations.ts';

export interface UsableApp {
  name: string;
  /** For the API in the environment; undefined: not known yet, or not asked. */
  authorized: boolean | undefined;
}

/** Of so many apps it is asked what they may call; of others it shows when one is chosen. */
const ASKED_MAX = 20;

export interface UsableApps {
  apps: readonly UsableApp[];
  pending: boolean;
  /** There are more than can be listed at once: they are found by their name. */
  more: boolean;
}

/** The apps that somebody may call in the name of, and which of them are authorized. */
export function useUsableApps(api: string, environment: string, search: string): UsableApps {
  const me = useMe();
  const enabled = me.can('developer');
  const first = useQuery({ ...usableAppsQuery(''), enabled });
  const list = useQuery({ ...usableAppsQuery(search), enabled, placeholderData: (before) => before });
  const own = (list.data?.items ?? []).filter(({ owner }) => me.owns(owner));
  const authorizations = useQueries({
    queries: own.slice(0, ASKED_MAX).map(({ name }) => appAuthorizationsQuery(name)),
    combine: (results) => results.map(({ data, isPending }) => ({ data, isPending })),
  });
  const nowMs = Date.now();
  const apps = own.map(({ name }, index) => {
    const known = authorizations[index]?.data?.some(
      (each) => each.api === api && each.environment === environment && (each.expiresAt === null || Date.parse(each.expiresAt) > nowMs),
    );
    return { name, authorized: known };
  });
  apps.sort((a, b) => Number(b.authorized ?? false) - Number(a.authorized ?? false));
  return {
    apps,
    pending: list.isLoading || authorizations.some(({ isPending }) => isPending),
    more: first.data?.nextCursor !== undefined,
  };
}
