import { hash } from 'node:crypto';
import { type Entity, isMap, stringifyEntityRef } from '../model/index.ts';
import { toDefinitionWords } from '../search/definition-words.ts';
import { extractOperations } from '../search/extract-operations.ts';
import type { EntityWrite } from './catalog-store.ts';

/** Shorter definitions stay inside of their entity: a row of their own would cost more than it saves. */
export const DEFINITION_CHARS_MIN = 1_024;

/** An entity as it is stored. */
export interface EntityRecord {
  ref: string;
  hash: string;
  source: string;
  locationKey: string | null;
  definition: string | null;
  orphan: number;
  status: string | null;
  relations: string;
  entity: string;
  parents: readonly string[];
  /** The definition's text, to be stored unless it is known. */
  definitionText: string | undefined;
}

/** Turns what a writer gave into what is stored; everything that is not the writer's to say is left out. */
export function toEntityRecord(write: EntityWrite): EntityRecord {
  const { uid: _uid, etag: _etag, ...metadata } = write.entity.metadata;
  const { relations: _relations, status: _status, ...rest } = write.entity;
  const stored: Entity = { ...rest, metadata };
  const definitionText = definitionOf(write.entity);
  if (definitionText !== undefined) {
    const { definition: _definition, ...spec } = write.entity.spec ?? {};
    stored.spec = spec;
  }
  const record = {
    ref: stringifyEntityRef(write.entity),
    source: write.source,
    locationKey: write.locationKey ?? null,
    definition: definitionText === undefined ? null : digest(definitionText),
    orphan: write.orphan === true ? 1 : 0,
    status: write.status === undefined || write.status.length === 0 ? null : JSON.stringify(write.status),
    relations: JSON.stringify(write.relations.flatMap(({ sourceRef, type, targetRef }) => [sourceRef, type, targetRef])),
    entity: JSON.stringify(stored),
    parents: write.parents ?? [],
  };
  const { source, locationKey, definition, orphan, status, relations, entity, parents } = record;
  const hashed = digest(JSON.stringify([source, locationKey, definition, orphan, status, relations, entity, parents]));
  return { ...record, hash: hashed, definitionText };
}

/** The row of a definition: what can be searched in it is extracted once, when it is first seen. */
export function toDefinitionRow(digested: string, text: string): [hash: string, words: string, operations: string, content: string] {
  const operations = extractOperations(text);
  return [digested, JSON.stringify(toDefinitionWords(operations)), JSON.stringify(operations), JSON.stringify(text)];
}

export function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

function definitionOf(entity: Entity): string | undefined {
  const definition = isMap(entity.spec) ? entity.spec.definition : undefined;
  return typeof definition === 'string' && definition.length >= DEFINITION_CHARS_MIN ? definition : undefined;
}
