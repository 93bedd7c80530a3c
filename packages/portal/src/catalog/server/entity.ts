import { queryOptions } from '@tanstack/react-query';
import { request } from '../../server/operation.ts';
import type { Entity } from '../entity.ts';

export interface EntityName {
  kind: string;
  namespace: string;
  name: string;
}

/** What an API is beside its definition, which may be large and which only its own tab needs. */
const API_FIELDS = ['apiVersion', 'kind', 'metadata', 'relations', 'status', 'spec.type', 'spec.lifecycle', 'spec.owner', 'spec.system'];

/** One entity, an API without its definition. Null: there is none. */
export function entityQuery({ kind, namespace, name }: EntityName) {
  return queryOptions({
    queryKey: ['catalog', 'entity', kind, namespace, name],
    queryFn: async ({ signal }): Promise<Entity | null> => {
      const entityRefs = [`${kind}:${namespace}/${name}`];
      const fields = kind.toLowerCase() === 'api' ? { fields: API_FIELDS } : {};
      const { items } = (await request('POST', '/api/catalog/entities/by-refs', { signal, body: { entityRefs, ...fields } })) as {
        items: (Entity | null)[];
      };
      return items[0] ?? null;
    },
  });
}
