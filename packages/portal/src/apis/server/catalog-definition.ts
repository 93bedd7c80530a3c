import { queryOptions } from '@tanstack/react-query';
import type { Entity } from '../../catalog/entity.ts';
import { request } from '../../server/operation.ts';

/** The definition that the catalog has of an API; empty when it has none. */
export function catalogDefinitionQuery({ kind, metadata }: Pick<Entity, 'kind' | 'metadata'>) {
  const { namespace = 'default', name } = metadata;
  return queryOptions({
    queryKey: ['catalog', 'definition', kind, namespace, name],
    queryFn: async ({ signal }): Promise<string> => {
      const path = [kind, namespace, name].map(encodeURIComponent).join('/');
      const entity = (await request('GET', `/api/catalog/entities/by-name/${path}`, { signal })) as Entity;
      const definition = entity.spec?.definition;
      return typeof definition === 'string' ? definition : '';
    },
    staleTime: 5 * 60_000,
    // Comparing a definition of megabytes with the one before costs more than showing it.
    structuralSharing: false,
  });
}
