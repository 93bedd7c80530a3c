import type { Kysely } from '@gatehouse/database';
import { parseEntityRef, type StatusItem, stringifyEntityRef } from '../model/index.ts';
import { shownLocation } from '../processing/shown-location.ts';
import {
  type Claim,
  type MarkedEntity,
  type Orphan,
  readClaims,
  readMarkedEntities,
  readOrphans,
  readWrongSources,
  type WrongSource,
} from '../store/problems.ts';
import type { CatalogTables } from '../store/tables.ts';

/** One thing that is wrong in the catalog. Times are ms since 1970. */
export interface CatalogProblem {
  kind: 'error' | 'conflict' | 'orphan';
  /** Ref; null: the document is no entity. */
  entity: string | null;
  /** `type:target` without credentials. */
  location: string | null;
  /** Of a conflict: where the entity comes from that stays. */
  keptBy: string | null;
  message: string;
  since: number | null;
}

/** What comes first is listed first: which list, and two keys in it. Empty keys: its beginning. */
export type ProblemPosition = readonly [list: number, first: string, second: string | number];

export interface ProblemQuery {
  kind?: CatalogProblem['kind'] | undefined;
  /** Only of this entity (ref, in any form). */
  entity?: string | undefined;
  after?: ProblemPosition | undefined;
  limit: number;
}

export interface ProblemContext {
  db: Kysely<CatalogTables>;
  /** `catalog.orphanGracePeriod`: since when something is an orphan follows from when it is removed. */
  orphanGracePeriodMs: number;
}

interface Found {
  problem: CatalogProblem;
  position: ProblemPosition;
}

/** Reads what follows a position in one list, at most `limit`. */
type ReadList = (context: ProblemContext, after: readonly [string, string | number], limit: number, ref?: string) => Promise<Found[]>;

/** In the order of the positions; a list keeps its number. */
const LISTS: readonly { kind: CatalogProblem['kind']; read: ReadList }[] = [
  { kind: 'error', read: readSourceErrors },
  { kind: 'error', read: readRemarks },
  { kind: 'conflict', read: readConflicts },
  { kind: 'orphan', read: readOrphaned },
];

/** A page of what is wrong, and where the next one begins; undefined: there is none. */
export async function listProblems(
  context: ProblemContext,
  { kind, entity, after, limit }: ProblemQuery,
): Promise<{ items: CatalogProblem[]; next: ProblemPosition | undefined }> {
  const ref = entity === undefined ? undefined : toRef(entity);
  const found: Found[] = [];
  for (const [list, { kind: ofList, read }] of LISTS.entries()) {
    if ((kind !== undefined && kind !== ofList) || list < (after?.[0] ?? 0)) continue;
    const from: readonly [string, string | number] = after?.[0] === list ? [after[1], after[2]] : ['', ''];
    found.push(...(await read(context, from, limit + 1 - found.length, ref)));
    if (found.length > limit) break;
  }
  const items = found.slice(0, limit).map(({ problem }) => problem);
  return { items, next: found.length > limit ? found[limit - 1]?.position : undefined };
}

/** Sources hold many documents: few are read at a time. */
const SOURCES_AT_ONCE = 20;

/** What is wrong with sources and their documents. The second key counts what is wrong with one source. */
async function readSourceErrors(
  { db }: ProblemContext,
  [id, last]: readonly [string, string | number],
  limit: number,
  ref?: string,
): Promise<Found[]> {
  const found: Found[] = [];
  let after = id;
  for (;;) {
    const sources = await readWrongSources(db, { after, limit: SOURCES_AT_ONCE, ref });
    for (const source of sources) {
      if (source.id === after && after !== id) continue;
      for (const [count, problem] of problemsOf(source, ref).entries()) {
        if (source.id === id && typeof last === 'number' && count <= last) continue;
        found.push({ problem, position: [0, source.id, count] });
        if (found.length === limit) return found;
      }
    }
    after = sources.at(-1)?.id ?? after;
    if (sources.length < SOURCES_AT_ONCE) return found;
  }
}

function problemsOf({ error, documents, since, ...place }: WrongSource, ref: string | undefined): CatalogProblem[] {
  const location = shownLocation(place);
  const toProblem = (entity: string | undefined, message: string): CatalogProblem => ({
    kind: 'error',
    entity: entity ?? null,
    location,
    keptBy: null,
    message,
    since,
  });
  if (error !== null) {
    const refs = documents.flatMap((document) => document.ref ?? []);
    if (ref !== undefined) return refs.includes(ref) ? [toProblem(ref, error)] : [];
    return [toProblem(refs.length === 1 ? refs[0] : undefined, error)];
  }
  return documents
    .filter((document) => ref === undefined || document.ref === ref)
    .flatMap((document) =>
      (document.problems ?? []).map(({ message, line, column }) =>
        toProblem(document.ref, line === undefined ? message : `${message} (line ${line}, column ${column ?? 1})`),
      ),
    );
}

/** What a Location says of itself: that it names what cannot be found. Who asks for one Location gets all that it says of what is below. */
async function readRemarks(
  { db }: ProblemContext,
  [after]: readonly [string, string | number],
  limit: number,
  ref?: string,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let from = after; found.length < limit; ) {
    const marked = await readMarkedEntities(db, { after: from, limit, ref });
    for (const entity of marked) found.push(...toRemarks(entity, ref !== undefined));
    from = marked.at(-1)?.ref ?? from;
    if (marked.length < limit) break;
  }
  return found.slice(0, limit);
}

/** All remarks of an entity as one: they are there together. */
function toRemarks({ ref, status, since, source, type, target }: MarkedEntity, isAsked: boolean): Found[] {
  if (!ref.startsWith('location:')) return [];
  const items = (JSON.parse(status) as StatusItem[]).filter(({ error }) => isAsked || error?.name === 'NotFoundError');
  const messages = items.map((item) => item.error?.message ?? item.message);
  if (messages.length === 0) return [];
  const location = placeOf(source, type, target);
  return [{ problem: { kind: 'error', entity: ref, location, keptBy: null, message: messages.join('\n'), since }, position: [1, ref, 0] }];
}

async function readConflicts(
  { db }: ProblemContext,
  after: readonly [string, string | number],
  limit: number,
  ref?: string,
): Promise<Found[]> {
  const claims = await readClaims(db, { after: [after[0], String(after[1])], limit, ref });
  return claims.map((claim) => ({ problem: toConflict(claim), position: [2, claim.ref, claim.source] }));
}

function toConflict({ ref, source, type, target, holder, holderType, holderTarget, since }: Claim): CatalogProblem {
  const location = placeOf(source, type, target);
  const keptBy = placeOf(holder, holderType, holderTarget);
  const message = 'Two sources claim it. This one is passed over until the other lets go: rename one of the two, or remove it.';
  return { kind: 'conflict', entity: ref, location, keptBy, message, since };
}

async function readOrphaned(
  { db, orphanGracePeriodMs }: ProblemContext,
  [after]: readonly [string, string | number],
  limit: number,
  ref?: string,
): Promise<Found[]> {
  const orphans = await readOrphans(db, { after, limit, ref });
  return orphans.map((orphan) => ({ problem: toOrphan(orphan, orphanGracePeriodMs), position: [3, orphan.ref, 0] }));
}

function toOrphan({ ref, type, target, removeAt }: Orphan, gracePeriodMs: number): CatalogProblem {
  const location = type === null || target === null ? null : shownLocation({ type, target });
  const then = removeAt === null ? 'It stays until somebody removes it.' : `It is removed at ${new Date(removeAt).toISOString()}.`;
  const message = `${location ?? 'Its source'} no longer has it. ${then}`;
  return { kind: 'orphan', entity: ref, location, keptBy: null, message, since: removeAt === null ? null : removeAt - gracePeriodMs };
}

/** A source by its place, or by its id when it is not known any more. */
function placeOf(id: string, type: string | null, target: string | null): string {
  if (type !== null && target !== null) return shownLocation({ type, target });
  const colon = id.indexOf(':');
  return shownLocation({ type: id.slice(0, Math.max(0, colon)), target: id.slice(colon + 1) });
}

function toRef(entity: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(entity));
  } catch {
    // What is no reference is the reference of nothing.
    return entity;
  }
}
