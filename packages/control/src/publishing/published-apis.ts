import type { Kysely } from 'kysely';
import type { ControlTables } from '../schema/tables.ts';

/** An API that is live somewhere, for the catalog. */
export interface PublishedApi {
  api: string;
  title: string | undefined;
  description: string | undefined;
  owner: string | undefined;
  /** Where it is live. */
  environments: string[];
  /** Changes whenever any of this does. */
  version: string;
  /** The OpenAPI document of the revision that callers of the last environment get: promotion ends there. */
  definition(): Promise<string>;
}

/** Every API that is published, by name. */
export async function* readPublishedApis(db: Kysely<ControlTables>, environments: readonly string[]): AsyncGenerator<PublishedApi> {
  const rows = await db
    .selectFrom('publications')
    .innerJoin('apis', 'apis.id', 'publications.api_id')
    .innerJoin('revisions', (join) =>
      join.onRef('revisions.api_id', '=', 'publications.api_id').onRef('revisions.number', '=', 'publications.revision'),
    )
    .select([
      'apis.id',
      'apis.name',
      'apis.title',
      'apis.description',
      'apis.owner',
      'publications.environment',
      'publications.revision',
      'revisions.content_hash',
    ])
    .orderBy('apis.name')
    .execute();
  const byApi = Map.groupBy(rows, ({ id }) => id);
  for (const live of byApi.values()) {
    live.sort((a, b) => environments.indexOf(a.environment) - environments.indexOf(b.environment));
    const last = live.at(-1);
    if (last === undefined) continue;
    yield {
      api: last.name,
      title: last.title ?? undefined,
      description: last.description ?? undefined,
      owner: last.owner ?? undefined,
      environments: live.map(({ environment }) => environment),
      version: JSON.stringify([last.title, last.description, last.owner, live.map((row) => [row.environment, row.content_hash])]),
      async definition() {
        const { document } = await db
          .selectFrom('revisions')
          .select('document')
          .where('api_id', '=', last.id)
          .where('number', '=', last.revision)
          .executeTakeFirstOrThrow();
        return document;
      },
    };
  }
}
