import { randomUUID } from 'node:crypto';
import { notify, type Transaction, takeNumber } from '@gatehouse/database';
import { sql } from 'kysely';
import type { StatusItem } from '../model/index.ts';
import { type AppliedBatch, CATALOG_CHANNEL, CATALOG_SEQUENCE, type CatalogBatch, type EntityMark } from './catalog-store.ts';
import { type EntityRecord, toDefinitionRow, toEntityRecord } from './entity-record.ts';
import type { CatalogTables } from './tables.ts';
import { inChunks, insertRows } from './write-rows.ts';

type Tx = Transaction<CatalogTables>;

/** What is stored under a ref, tombstones included. */
interface Stored {
  ref: string;
  uid: string;
  hash: string;
  definition: string | null;
  removed: boolean;
  status: string | null;
  orphan: number;
  removeAt: number | null;
}

const ENTITY_COLUMNS = [
  'ref',
  'uid',
  'number',
  'hash',
  'source',
  'location_key',
  'definition',
  'orphan',
  'remove_at',
  'deleted_at',
  'status',
  'relations',
  'entity',
];
const REPLACED = ENTITY_COLUMNS.slice(2).map((column) => `${column} = excluded.${column}`);
const ON_ENTITY = `on conflict (ref) do update set ${REPLACED.join(', ')}`;

/**
 * Stores a batch, in a handful of statements whatever its size, under one change number; see `CatalogBatch`. Entities that are
 * given twice: the last one counts. Writers wait for each other from the first statement that writes until they commit.
 */
export async function applyChanges(tx: Tx, batch: CatalogBatch): Promise<AppliedBatch> {
  const records = new Map((batch.entities ?? []).map(toEntityRecord).map((record) => [record.ref, record]));
  const applied: AppliedBatch = { number: undefined, written: [], unchanged: 0, removed: [] };
  const refs = [...new Set([...records.keys(), ...(batch.remove ?? []), ...(batch.marks ?? []).map((mark) => mark.ref)])];
  const numberBefore = await readNumber(tx);
  const before = await readStored(tx, refs);
  if (!changesAnything(batch, records, before)) return { ...applied, unchanged: records.size };
  const number = await takeNumber(tx, CATALOG_SEQUENCE);
  // Until the number was ours, somebody else could change them.
  const stored = number === numberBefore + 1 ? before : await readStored(tx, refs);
  const changed = [...records.values()].filter((record) => isChanged(record, stored.get(record.ref)));
  await insertDefinitions(tx, changed);
  await insertEntities(tx, changed, stored, number);
  await replaceParents(tx, changed, stored);
  await applyMarks(
    tx,
    (batch.marks ?? []).filter((mark) => isNew(mark, stored.get(mark.ref)) || records.has(mark.ref)),
    number,
  );
  const removed = (batch.remove ?? []).filter((ref) => stored.get(ref)?.removed === false || records.has(ref));
  await removeEntities(tx, removed, number);
  await dropDefinitions(tx, [...changed.map(({ ref }) => ref), ...removed], stored);
  await notify(tx, CATALOG_CHANNEL);
  return { number, written: changed.map(({ ref }) => ref), unchanged: records.size - changed.length, removed };
}

function changesAnything(batch: CatalogBatch, records: ReadonlyMap<string, EntityRecord>, stored: ReadonlyMap<string, Stored>): boolean {
  for (const record of records.values()) if (isChanged(record, stored.get(record.ref))) return true;
  const isThere = (ref: string) => stored.get(ref)?.removed === false;
  return (batch.marks ?? []).some((mark) => isNew(mark, stored.get(mark.ref))) || (batch.remove ?? []).some(isThere);
}

function isNew(mark: EntityMark, stored: Stored | undefined): boolean {
  if (stored === undefined || stored.removed) return false;
  const { status, orphan, removeAt } = mark;
  if (status !== undefined && statusText(status) !== stored.status) return true;
  return (orphan !== undefined && orphan !== (stored.orphan === 1)) || (removeAt !== undefined && removeAt !== stored.removeAt);
}

function statusText(status: readonly StatusItem[]): string | null {
  return status.length === 0 ? null : JSON.stringify(status);
}

function isChanged(record: EntityRecord, stored: Stored | undefined): boolean {
  return stored === undefined || stored.removed || stored.hash !== record.hash;
}

async function readNumber(tx: Tx): Promise<number> {
  const { rows } = await sql<{ value: number }>`select value from sequences where name = ${CATALOG_SEQUENCE}`.execute(tx);
  return rows[0]?.value ?? 0;
}

async function readStored(tx: Tx, refs: readonly string[]): Promise<Map<string, Stored>> {
  const rows = await inChunks(refs, (chunk) =>
    tx
      .selectFrom('catalog_entities')
      .select(['ref', 'uid', 'hash', 'definition', 'deleted_at', 'status', 'orphan', 'remove_at'])
      .where('ref', 'in', chunk)
      .execute(),
  );
  return new Map(rows.map(({ deleted_at, remove_at, ...row }) => [row.ref, { ...row, removed: deleted_at !== null, removeAt: remove_at }]));
}

async function insertDefinitions(tx: Tx, records: readonly EntityRecord[]): Promise<void> {
  const texts = new Map<string, string>();
  for (const { definition, definitionText } of records) {
    if (definition !== null && definitionText !== undefined) texts.set(definition, definitionText);
  }
  const known = await inChunks([...texts.keys()], (chunk) =>
    tx.selectFrom('catalog_definitions').select('hash').where('hash', 'in', chunk).execute(),
  );
  for (const { hash } of known) texts.delete(hash);
  const rows = [...texts].map(([hash, text]) => toDefinitionRow(hash, text));
  await insertRows(tx, 'catalog_definitions', ['hash', 'words', 'operations', 'content'], rows, 'on conflict (hash) do nothing');
}

async function insertEntities(
  tx: Tx,
  records: readonly EntityRecord[],
  stored: ReadonlyMap<string, Stored>,
  number: number,
): Promise<void> {
  const rows = records.map((record) => [
    record.ref,
    stored.get(record.ref)?.uid ?? randomUUID(),
    number,
    record.hash,
    record.source,
    record.locationKey,
    record.definition,
    record.orphan,
    null,
    null,
    record.status,
    record.relations,
    record.entity,
  ]);
  await insertRows(tx, 'catalog_entities', ENTITY_COLUMNS, rows, ON_ENTITY);
}

async function replaceParents(tx: Tx, records: readonly EntityRecord[], stored: ReadonlyMap<string, Stored>): Promise<void> {
  const known = records.filter(({ ref }) => stored.has(ref)).map(({ ref }) => ref);
  await deleteParents(tx, known);
  const rows = records.flatMap(({ ref, parents }) => [...new Set(parents)].map((parent) => [ref, parent]));
  await insertRows(tx, 'catalog_parents', ['ref', 'parent_ref'], rows);
}

async function deleteParents(tx: Tx, refs: readonly string[]): Promise<void> {
  await inChunks(refs, (chunk) => tx.deleteFrom('catalog_parents').where('ref', 'in', chunk).execute());
}

async function applyMarks(tx: Tx, marks: readonly EntityMark[], number: number): Promise<void> {
  // Those that say the same are written together: a source that fails marks all of its entities alike.
  const groups = new Map<string, { refs: string[]; mark: EntityMark }>();
  for (const mark of marks) {
    const key = JSON.stringify([mark.status, mark.orphan, mark.removeAt]);
    const group = groups.get(key) ?? { refs: [], mark };
    group.refs.push(mark.ref);
    groups.set(key, group);
  }
  for (const { refs, mark } of groups.values()) {
    const { status, orphan, removeAt } = mark;
    await inChunks(refs, (chunk) =>
      tx
        .updateTable('catalog_entities')
        // Without its hash the next write of the entity counts as a change and clears the mark.
        .set({ number, hash: '' })
        .$if(status !== undefined, (query) => query.set({ status: statusText(status ?? []) }))
        .$if(orphan !== undefined, (query) => query.set({ orphan: orphan ? 1 : 0 }))
        .$if(removeAt !== undefined, (query) => query.set({ remove_at: removeAt ?? null }))
        .where('ref', 'in', chunk)
        .where('deleted_at', 'is', null)
        .execute(),
    );
  }
}

async function removeEntities(tx: Tx, refs: readonly string[], number: number): Promise<void> {
  const tombstone = { number, deleted_at: Date.now(), hash: '', definition: null, status: null, relations: '[]', entity: '{}' };
  await inChunks(refs, (chunk) => tx.updateTable('catalog_entities').set(tombstone).where('ref', 'in', chunk).execute());
  await deleteParents(tx, refs);
}

/** Deletes definitions that no entity has any more. Nobody can begin to use one meanwhile: writers wait for each other. */
async function dropDefinitions(tx: Tx, refs: readonly string[], stored: ReadonlyMap<string, Stored>): Promise<void> {
  const hashes = new Set<string>();
  for (const ref of refs) {
    const definition = stored.get(ref)?.definition;
    if (typeof definition === 'string') hashes.add(definition);
  }
  await inChunks([...hashes], (chunk) =>
    tx
      .deleteFrom('catalog_definitions')
      .where('hash', 'in', chunk)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('catalog_entities')
              .select('catalog_entities.ref')
              .whereRef('catalog_entities.definition', '=', 'catalog_definitions.hash'),
          ),
        ),
      )
      .execute(),
  );
}
