import type { DefinitionChange, DefinitionDiff } from '@gatehouse/contract';
import type { Selectable } from 'kysely';
import type { PublicationHistoryTable } from '../schema/access-request-tables.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { toPublicRevision } from './public-revision.ts';

/** A row in which something became live. */
export type HistoryRow = Omit<Selectable<PublicationHistoryTable>, 'revision'> & { revision: number };

/** Of one entry so many changes are kept, breaking ones first: nobody reads more, and a page has up to 500 entries. */
const CHANGES_MAX = 200;

const NONE: DefinitionDiff = { breaking: false, changes: [] };

/** What entries of the history changed for callers: compared once, when somebody first asks, and kept beside the entry. */
export class Changelog {
  readonly #dependencies: Pick<PublishedDependencies, 'database' | 'importer'>;
  /** Many who ask at once wait for one comparison. */
  readonly #comparing = new Map<string, Promise<DefinitionDiff>>();

  constructor(dependencies: Pick<PublishedDependencies, 'database' | 'importer'>) {
    this.#dependencies = dependencies;
  }

  /** Whether `changesOf` needs no comparison. */
  isKnown({ changes, previous }: HistoryRow): boolean {
    return changes !== null || previous === null;
  }

  async changesOf(row: HistoryRow): Promise<DefinitionDiff> {
    if (row.changes !== null) return JSON.parse(row.changes) as DefinitionDiff;
    const { previous } = row;
    if (previous === null) return NONE;
    const key = `${row.api_id} ${row.environment} ${row.number}`;
    const running = this.#comparing.get(key);
    if (running !== undefined) return running;
    const comparing = this.#compare(row, previous).finally(() => this.#comparing.delete(key));
    this.#comparing.set(key, comparing);
    return comparing;
  }

  async #compare(row: HistoryRow, previous: number): Promise<DefinitionDiff> {
    const { database, importer } = this.#dependencies;
    const before = await this.#read(row.api_id, previous);
    const after = await this.#read(row.api_id, row.revision);
    const diff = before === undefined || after === undefined ? NONE : shorten(await importer.compare(before, after));
    await database.transaction((tx) =>
      tx
        .updateTable('publication_history')
        .set({ changes: JSON.stringify(diff) })
        .where('api_id', '=', row.api_id)
        .where('environment', '=', row.environment)
        .where('number', '=', row.number)
        .execute(),
    );
    return diff;
  }

  async #read(apiId: string, number: number) {
    const row = await this.#dependencies.database.read
      .selectFrom('revisions')
      .select(['content', 'document'])
      .where('api_id', '=', apiId)
      .where('number', '=', number)
      .executeTakeFirst();
    return row === undefined ? undefined : toPublicRevision(row);
  }
}

function shorten({ breaking, changes }: DefinitionDiff): DefinitionDiff {
  if (changes.length <= CHANGES_MAX) return { breaking, changes };
  const left = changes.length - CHANGES_MAX;
  const truncated: DefinitionChange = {
    rule: 'truncated',
    breaking: false,
    location: 'definition',
    message: `There are ${left} more changes, which are left out`,
  };
  return { breaking, changes: [...changes.slice(0, CHANGES_MAX), truncated] };
}
