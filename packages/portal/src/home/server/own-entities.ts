import { queryOptions } from '@tanstack/react-query';
import { request } from '../../server/operation.ts';

export interface OwnEntity {
  kind: string;
  metadata: { name: string; namespace?: string; title?: string; description?: string };
  spec?: { type?: string; lifecycle?: string };
}

interface QueryPage {
  items: OwnEntity[];
  totalItems: number;
}

const FIELDS = 'kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec.type,spec.lifecycle';

/** APIs and components that these teams own; without teams: the APIs that there are. */
export function ownEntitiesQuery(teams: readonly string[]) {
  return queryOptions({
    queryKey: ['catalog', 'own', teams],
    queryFn: async ({ signal }) => {
      const search = new URLSearchParams({ limit: '8', fields: FIELDS, orderField: 'metadata.name,asc' });
      if (teams.length === 0) search.append('filter', 'kind=api');
      else search.append('filter', ['kind=api', 'kind=component', ...teams.map((team) => `relations.ownedBy=${groupRef(team)}`)].join(','));
      return (await request('GET', `/api/catalog/entities/by-query?${search}`, { signal })) as QueryPage;
    },
  });
}

/** A team's name as the catalog refers to it; one outside of the default namespace has it in its name. */
function groupRef(team: string): string {
  return team.includes('/') ? `group:${team}` : `group:default/${team}`;
}
