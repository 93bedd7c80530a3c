/** What the catalog's table is narrowed to, as its URL has it. */
export interface CatalogFilter {
  kind: string | undefined;
  owner: string[];
  lifecycle: string[];
  type: string[];
  tag: string[];
  environment: string[];
  /** Words in name, title or description. */
  text: string;
}

export type Dimension = Exclude<keyof CatalogFilter, 'text' | 'kind'>;
export const DIMENSIONS: readonly Dimension[] = ['owner', 'lifecycle', 'type', 'tag', 'environment'];

/** A condition of the catalog's query language, see docs/catalog.md. */
export type Condition = { $all: Condition[] } | { $any: Condition[] } | Record<string, string | { $in: string[] } | { $exists: boolean }>;

const ENVIRONMENT_LABEL = 'metadata.labels.environment.gatehouse.dev/';

/** Where each dimension stands in an entity. */
export const FIELDS: Record<Exclude<Dimension, 'environment'>, string> = {
  owner: 'relations.ownedBy',
  lifecycle: 'spec.lifecycle',
  type: 'spec.type',
  tag: 'metadata.tags',
};

/** The facet that counts what is live in an environment. */
export function environmentFacet(environment: string): string {
  return `${ENVIRONMENT_LABEL}${environment}`;
}

/** Lists in a URL are parted by commas; one in a value is written as %2C. */
export function splitList(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(',').map((value) => value.replaceAll('%2C', ','));
}

export function joinList(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(',', '%2C')).join(',');
}

/** Reads the filter from the URL; without a kind it is APIs, `kind=all` is every kind. */
export function readFilter(url: Readonly<Record<string, string | undefined>>): CatalogFilter {
  const kind = url.kind === undefined ? 'api' : url.kind === 'all' ? undefined : url.kind.toLowerCase();
  return {
    kind,
    owner: splitList(url.owner),
    lifecycle: splitList(url.lifecycle),
    type: splitList(url.type),
    tag: splitList(url.tag),
    environment: splitList(url.environment),
    text: url.q ?? '',
  };
}

/** What is asked of the catalog; `but` leaves one dimension out, to count what choosing there would bring. */
export function toCondition(filter: CatalogFilter, but?: Dimension | 'kind'): Condition {
  const all: Condition[] = [];
  if (filter.kind !== undefined && but !== 'kind') all.push({ kind: filter.kind });
  for (const dimension of DIMENSIONS) {
    const values = filter[dimension];
    if (values.length === 0 || dimension === but) continue;
    if (dimension === 'environment') all.push({ $any: values.map((value) => ({ [environmentFacet(value)]: { $exists: true } })) });
    else all.push({ [FIELDS[dimension]]: { $in: [...values] } });
  }
  return { $all: all };
}

/** How many dimensions are narrowed. */
export function countNarrowed(filter: CatalogFilter): number {
  return DIMENSIONS.filter((dimension) => filter[dimension].length > 0).length;
}
