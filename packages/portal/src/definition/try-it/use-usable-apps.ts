import { useQueries, useQuery } from '@tanstack/react-query';
import { useMe } from '../../account/use-me.ts';
import { appAuthorizationsQuery } from '../server/app-authorizations.ts';
import { appsQuery } from '../server/apps.ts';

export interface UsableApp {
  name: string;
  /** For the API in the environment; undefined: not known yet, or not asked. */
  authorized: boolean | undefined;
}

/** Of so many apps it is asked what they may call; of others it shows when one is chosen. */
const ASKED_MAX = 20;

/** The apps that somebody may call in the name of, and which of them are authorized. */
export function useUsableApps(
  api: string,
  environment: string,
  search: string,
): { apps: readonly UsableApp[]; pending: boolean; error: unknown } {
  const me = useMe();
  const list = useQuery({ ...appsQuery(search), enabled: me.can('developer'), placeholderData: (before) => before });
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
  return { apps, pending: list.isLoading || authorizations.some(({ isPending }) => isPending), error: list.error };
}
