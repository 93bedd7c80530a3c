import type { OperationResult, portal } from '@gatehouse/contract/management';
import type { FoundResource } from './find-resources.ts';

/** An entity of the catalog that a query found. */
export interface EntityHit {
  /** kind:namespace/name in lower case. */
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  /** The published API that it was made of; null: somebody has described it. */
  api: string | null;
  /** Operations that match, the best first; `match` from 1: every word, or the path that was asked for. */
  operations: readonly { method: string; path: string; operationId: string; summary: string; match: number }[];
}

type Found = OperationResult<typeof portal.search>['items'][number];

interface Ranked {
  found: Found;
  /** What was typed is its name. */
  isExact: boolean;
  rank: number;
}

/**
 * One list, the best first: what has exactly this name, then the two lists in turns, since what they are ranked by cannot be compared.
 * What is live on the gateway is shown once, as the entity: its page is for everybody, and leads its owners to the console.
 */
export function mergeFound(query: string, entities: readonly EntityHit[], resources: readonly FoundResource[]): Found[] {
  const asked = query.trim().toLowerCase();
  // One word that stands in a path says little: who types one looks for what is called so.
  const isClear = asked.includes(' ') || asked.startsWith('/');
  const ofCatalog: Ranked[] = [];
  const weak: Found[] = [];
  for (const entity of entities) {
    for (const operation of entity.operations) {
      const found = toOperation(entity, operation);
      if (isClear && operation.match >= 1) ofCatalog.push({ found, isExact: false, rank: ofCatalog.length });
      else weak.push(found);
    }
    ofCatalog.push({ found: toEntity(entity), isExact: isNamed(entity, asked), rank: ofCatalog.length });
  }
  const own = resources.filter((resource) => !entities.some((entity) => isTwin(entity, resource)));
  const ofConsole = own.map((resource, at) => ({ found: toResource(resource), isExact: isNamed(resource, asked), rank: at + 0.5 }));
  const merged = [...ofCatalog, ...ofConsole].sort((a, b) => Number(b.isExact) - Number(a.isExact) || a.rank - b.rank);
  return [...merged.map(({ found }) => found), ...weak];
}

function isNamed({ name, title }: { name: string; title: string | null }, asked: string): boolean {
  return name.toLowerCase() === asked || title?.toLowerCase() === asked;
}

/**
 * The entity stands for the published API: the gateway has made it of it, or the API's team describes it itself. That somebody else has
 * an entity of its name does not hide it.
 */
function isTwin({ ref, api, owner }: EntityHit, { kind, name, owner: team, isPublished }: FoundResource): boolean {
  if (kind !== 'api' || !isPublished) return false;
  if (api !== null) return api === name;
  return ref === `api:default/${name.toLowerCase()}` && team !== null && teamOf(owner) === team.toLowerCase();
}

/** An owner as entities name it: `team`, `group:team`, `group:default/team`. */
function teamOf(owner: string | null): string | undefined {
  return /^(?:group:)?(?:default\/)?([^:/]{1,128})$/i.exec(owner ?? '')?.[1]?.toLowerCase();
}

function toEntity({ ref, kind, name, title, description, owner }: EntityHit): Found {
  return { kind: 'entity', title: title ?? name, detail: detailOf(kind, owner, description), ref, operation: null };
}

function toOperation({ ref, name, title }: EntityHit, { method, path, summary }: EntityHit['operations'][number]): Found {
  const of = title ?? name;
  return {
    kind: 'operation',
    title: `${method} ${path}`,
    detail: summary === '' ? of : `${shorten(summary)} · ${of}`,
    ref,
    operation: { method, path },
  };
}

function toResource({ kind, name, title, type, owner, description }: FoundResource): Found {
  const label = { api: 'API', app: 'App', backend: `Backend service${type === null ? '' : ` (${type})`}` }[kind];
  return { kind, title: title ?? name, detail: detailOf(label, owner, description), ref: name, operation: null };
}

const DETAIL_CHARS_MAX = 200;

function detailOf(...parts: (string | null)[]): string {
  return shorten(parts.filter((part) => part !== null && part !== '').join(' · '));
}

/** One line of it. */
function shorten(text: string): string {
  const line = text
    .slice(0, 4 * DETAIL_CHARS_MAX)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= DETAIL_CHARS_MAX ? line : `${line.slice(0, DETAIL_CHARS_MAX - 1)}…`;
}
