import { typeLabel } from './compare-values.ts';
import type { PairWriter } from './pair-writer.ts';
import type { SchemaReader } from './schema-reader.ts';
import { isNever, type Schema, type SchemaView } from './schema-view.ts';

export interface Readers {
  before: SchemaReader;
  after: SchemaReader;
}

/** Compares what two schemas say of the properties of an object and of the items of an array. */
export function compareContents(before: SchemaView, after: SchemaView, pair: PairWriter, readers: Readers): void {
  const names = new Set([...before.properties.keys(), ...after.properties.keys(), ...before.required, ...after.required]);
  for (const name of names) compareProperty(name, before, after, pair, readers);
  for (const pattern of new Set([...before.patternProperties.keys(), ...after.patternProperties.keys()])) {
    pair.descend(
      `/${stepOf(pattern)}`,
      before.patternProperties.get(pattern) ?? readers.before.of(),
      after.patternProperties.get(pattern) ?? readers.after.of(),
    );
  }
  compareAdditional(before.additional, after.additional, pair, readers);
  if (before.items !== undefined || after.items !== undefined) {
    pair.descend('/*', before.items ?? readers.before.of(), after.items ?? readers.after.of());
  }
  for (let i = 0; i < Math.max(before.prefixItems.length, after.prefixItems.length); i++) {
    pair.descend(
      `/${i}`,
      before.prefixItems[i] ?? before.items ?? readers.before.of(),
      after.prefixItems[i] ?? after.items ?? readers.after.of(),
    );
  }
}

function compareProperty(name: string, before: SchemaView, after: SchemaView, pair: PairWriter, readers: Readers): void {
  const { direction } = pair;
  const one = property(name, before, readers.before);
  const other = property(name, after, readers.after);
  const was = one !== undefined && isSent(one, direction) ? one : undefined;
  const is = other !== undefined && isSent(other, direction) ? other : undefined;
  const at = `/${stepOf(name)}`;
  if (was !== undefined && is !== undefined) {
    if (was.isRequired !== is.isRequired) pair.find(is.isRequired ? 'property-became-required' : 'property-became-optional', { name }, at);
    if (is.view.isDeprecated && !was.view.isDeprecated) pair.find('property-deprecated', { name }, at);
    pair.descend(at, was.schema, is.schema);
  } else if (is !== undefined) {
    pair.find(is.isRequired ? 'required-property-added' : 'property-added', { name, after: typeLabel(is.view) }, at);
  } else if (was !== undefined) {
    pair.find(removalOf(other, after, pair, readers), { name, before: typeLabel(was.view) }, at);
  }
}

interface Property {
  schema: Schema;
  view: SchemaView;
  isRequired: boolean;
}

/** A declared property, or one that is only required. */
function property(name: string, view: SchemaView, reader: SchemaReader): Property | undefined {
  const isRequired = view.required.has(name);
  const schema = view.properties.get(name) ?? (isRequired ? reader.of() : undefined);
  return schema && { schema, view: reader.view(schema), isRequired };
}

/** OpenAPI 3.0.3 section 4.7.24: a required property that is readOnly is required of responses only, and the other way round. */
function isSent({ view }: Property, direction: PairWriter['direction']): boolean {
  return direction === 'request' ? !view.isReadOnly : !view.isWriteOnly;
}

function removalOf(other: Property | undefined, after: SchemaView, pair: PairWriter, readers: Readers) {
  if (other !== undefined) return pair.direction === 'request' ? 'property-became-read-only' : 'property-became-write-only';
  const isForbidden = after.additional !== undefined && isNever(readers.after.view(after.additional));
  return pair.direction === 'request' && isForbidden ? 'property-forbidden' : 'property-removed';
}

function compareAdditional(before: Schema | undefined, after: Schema | undefined, pair: PairWriter, readers: Readers): void {
  const wasForbidden = before !== undefined && isNever(readers.before.view(before));
  const isForbidden = after !== undefined && isNever(readers.after.view(after));
  if (wasForbidden && isForbidden) return;
  if (isForbidden) pair.find('additional-properties-forbidden', {});
  else if (wasForbidden) pair.find('additional-properties-allowed', {});
  else if (before !== undefined || after !== undefined) pair.descend('/*', before ?? readers.before.of(), after ?? readers.after.of());
}

/** A name as a step of a JSON Pointer (RFC 6901). */
function stepOf(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
