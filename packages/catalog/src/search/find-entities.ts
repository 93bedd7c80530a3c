import type { Kysely } from '@gatehouse/database';
import { ANNOTATION_LOCATION, type Entity, isMap } from '../model/index.ts';
import { readEntityTexts } from '../store/definitions.ts';
import type { CatalogTables } from '../store/tables.ts';
import type { CatalogSearch, MatchingOperation } from './catalog-search.ts';

/** An entity that a search found, with what it is shown by. */
export interface FoundEntity {
  ref: string;
  /** In its own case, as the name. */
  kind: string;
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  /** The API of the gateway that it was made of; null: somebody has described it. */
  api: string | null;
  /** Operations of its definition that match, the best first; at most three. */
  operations: MatchingOperation[];
}

/** The entities that a query finds, the best first. At most 100. */
export async function findEntities(
  db: Kysely<CatalogTables>,
  search: CatalogSearch,
  { query, limit }: { query: string; limit: number },
): Promise<FoundEntity[]> {
  const { items } = await search.search({ query, limit });
  const texts = await readEntityTexts(
    db,
    items.map(({ ref }) => ref),
  );
  const entities = new Map(texts.map(({ ref, entity }) => [ref, JSON.parse(entity) as Entity]));
  return items.flatMap(({ ref, operations }) => {
    const entity = entities.get(ref);
    return entity === undefined ? [] : [{ ref, ...describe(entity), operations }];
  });
}

const GATEWAY = 'gateway:';

function describe({ kind, metadata, spec }: Entity): Omit<FoundEntity, 'ref' | 'operations'> {
  const { owner, profile } = isMap(spec) ? spec : {};
  const location = metadata.annotations?.[ANNOTATION_LOCATION] ?? '';
  return {
    kind,
    name: metadata.name,
    title: metadata.title ?? textOrNull(isMap(profile) ? profile.displayName : undefined),
    description: textOrNull(metadata.description),
    owner: textOrNull(owner),
    api: location.startsWith(GATEWAY) ? location.slice(GATEWAY.length) : null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
