import { useQueries, useQuery } from '@tanstack/react-query';
import { type CatalogFilter, DIMENSIONS, type Dimension, environmentFacet, FIELDS, joinList, toCondition } from './catalog-filter.ts';
import { FacetFilter, type FacetOption } from './facet-filter.tsx';
import { environmentsQuery } from './server/environments.ts';
import { facetsQuery } from './server/facets.ts';
import { shortRef } from './short-ref.ts';

const TITLES: Record<Dimension, string> = {
  owner: 'Owner',
  lifecycle: 'Lifecycle',
  type: 'Type',
  tag: 'Tags',
  environment: 'Live in',
};

/** What the table can be narrowed by, with counts. */
export function CatalogFilters({ filter, onChange }: { filter: CatalogFilter; onChange(change: Record<string, string>): void }) {
  const environments = useQuery(environmentsQuery).data?.items.map(({ name }) => name) ?? [];
  const counted = useQueries({
    queries: DIMENSIONS.map((dimension) => ({
      ...facetsQuery(
        dimension === 'environment' ? environments.map(environmentFacet) : [FIELDS[dimension]],
        toCondition(filter, dimension),
      ),
      enabled: dimension !== 'environment' || environments.length > 0,
    })),
  });
  return DIMENSIONS.map((dimension, index) => {
    const facets = counted[index]?.data ?? {};
    const options: FacetOption[] =
      dimension === 'environment'
        ? environments.flatMap((name) => {
            const count = facets[environmentFacet(name)]?.reduce((sum, value) => sum + value.count, 0) ?? 0;
            return count === 0 ? [] : [{ value: name, label: name, count }];
          })
        : (facets[FIELDS[dimension]] ?? []).map(({ value, count }) => ({
            value,
            label: dimension === 'owner' ? shortRef(value, 'group') : value,
            count,
          }));
    return (
      <FacetFilter
        key={dimension}
        title={TITLES[dimension]}
        options={options}
        chosen={filter[dimension]}
        onChange={(chosen) => onChange({ [dimension]: joinList(chosen) })}
      />
    );
  });
}
