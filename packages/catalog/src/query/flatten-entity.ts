import { DEFAULT_NAMESPACE, type Entity } from '../model/index.ts';

/** Backstage's limits (buildEntitySearch): longer keys are left out, longer values exist but are equal to nothing. */
const KEY_CHARS_MAX = 200;
const VALUE_CHARS_MAX = 200;

const NOT_INDEXED = new Set(['attachments', 'relations', 'status', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.etag']);

/** What receives the flattened entity. A key, or a key with a value, may come more than once. */
export interface FlatSink {
  /** Key in lower case, value in its own case; null: the key exists, and equals nothing. */
  value(key: string, value: string | null): void;
  /** A text in an array at `key` (lower case): gives the key `<key>.<item>` with the value `true`. Item in lower case. */
  item(key: string, item: string): void;
}

/** The key space that filters, orders and facets see, as Backstage builds it; relations are not in it. */
export function flattenEntity(entity: Entity, uid: string, sink: FlatSink): void {
  visit('', entity, sink);
  const { name, namespace } = entity.metadata;
  give('metadata.name', name, sink);
  give('metadata.namespace', namespace || DEFAULT_NAMESPACE, sink);
  give('metadata.uid', uid, sink);
}

function visit(path: string, value: unknown, sink: FlatSink): void {
  if (NOT_INDEXED.has(path)) return;
  if (typeof value !== 'object' || value === null) {
    give(path, value, sink);
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      visit(path, item, sink);
      if (typeof item === 'string' && path.length + 1 + item.length <= KEY_CHARS_MAX) sink.item(path.toLowerCase(), item.toLowerCase());
    }
    return;
  }
  for (const [key, member] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, member, sink);
}

function give(path: string, value: unknown, sink: FlatSink): void {
  if (value === undefined || value === null) {
    sink.value(path.toLowerCase(), null);
    return;
  }
  if (path.length > KEY_CHARS_MAX) return;
  const text = String(value);
  sink.value(path.toLowerCase(), text.length > VALUE_CHARS_MAX ? null : text);
}
