import type { Readers } from './compare-properties.ts';
import { typeLabel } from './compare-values.ts';
import type { PairWriter } from './pair-writer.ts';
import type { SchemaReader } from './schema-reader.ts';
import { isBareChoice, type Schema, type SchemaView } from './schema-view.ts';

/** One of several alternatives, with what it is recognised by in the other definition. */
interface Variant {
  schema: Schema;
  /** Component name or title. */
  name: string | undefined;
  type: string;
  text: string;
}

/** Whether one side is a choice and the other a plain schema, which then is compared with the variants as the only one. */
export function isChoiceOnOneSide(before: SchemaView, after: SchemaView): boolean {
  return (isBareChoice(before) && after.variants.length === 0) || (isBareChoice(after) && before.variants.length === 0);
}

/** Compares the `oneOf` and `anyOf` of two schemas: variants that are the same one are compared, the others were removed or added. */
export function compareVariants(before: readonly Schema[], after: readonly Schema[], pair: PairWriter, readers: Readers): void {
  if (before.length === 0 || after.length === 0) {
    if (after.length > 0) pair.find('variants-required', {});
    if (before.length > 0) pair.find('variants-dropped', {});
    return;
  }
  let olds = before.map((schema) => toVariant(schema, readers.before));
  let news = after.map((schema) => toVariant(schema, readers.after));
  const keys: ((variant: Variant) => string | undefined)[] = [
    ({ name }) => name,
    ({ text }) => text,
    // Schemas without names are known by what they are only.
    ({ name, type }) => (name === undefined ? type : undefined),
  ];
  for (const key of keys) {
    const byKey = Map.groupBy(news, key);
    const rest: Variant[] = [];
    for (const old of olds) {
      const wanted = key(old);
      const match = wanted === undefined ? undefined : byKey.get(wanted)?.shift();
      if (match === undefined) {
        rest.push(old);
        continue;
      }
      pair.descend(old.name === undefined ? '' : `(${old.name.slice(0, 100)})`, old.schema, match.schema);
    }
    olds = rest;
    news = [...byKey.values()].flat();
  }
  for (const old of olds) pair.find('variant-removed', { name: labelOf(old) });
  for (const one of news) pair.find('variant-added', { name: labelOf(one) });
}

function toVariant(schema: Schema, reader: SchemaReader): Variant {
  const view = reader.view(schema);
  return { schema, name: view.name, type: typeLabel(view), text: reader.text(schema) };
}

function labelOf({ name, type }: Variant): string {
  return name ?? type;
}
