import { isObject, ownValue } from '../../openapi/definition-document.ts';
import { pointerParts, referenceOf } from '../../openapi/references.ts';
import { canonicalText } from '../canonical-text.ts';
import { type DefinitionView, itemsOf } from '../definition-view.ts';
import type { WorkBudget } from '../work-budget.ts';
import { SchemaDraft } from './schema-draft.ts';
import type { Schema, SchemaView } from './schema-view.ts';

/** Stands for the schema `false`: no value is valid. */
const NEVER: object = Object.freeze({ not: {} });
const HOPS_MAX = 64;
/** Keywords beside a `$ref` that do not change what is valid. */
const REMARKS = new Set(['$ref', 'summary', 'description']);

/** Reads the schemas of one definition. The same written schemas give the same `Schema`, so what was compared once is known. */
export class SchemaReader {
  readonly #definition: DefinitionView;
  readonly #budget: WorkBudget;
  readonly #partIds = new Map<object, number>();
  /** By the only part, or by the ids of all. */
  readonly #schemas = new Map<object | string, Schema>();
  readonly #views = new Map<Schema, SchemaView>();
  readonly #texts = new Map<Schema, string>();

  constructor(definition: DefinitionView, budget: WorkBudget) {
    this.#definition = definition;
    this.#budget = budget;
  }

  /** The schema that says what all of these say; of nothing, or of what is no schema, the one that allows everything. */
  of(...written: unknown[]): Schema {
    const parts = new Set<object>();
    let name: string | undefined;
    for (const one of written) {
      name = this.#follow(one, parts) ?? name;
    }
    this.#budget.spend(parts.size + 1);
    const [first, second] = parts;
    const key =
      first !== undefined && second === undefined
        ? first
        : [...parts]
            .map((part) => this.#idOf(part))
            .sort()
            .join(' ');
    let schema = this.#schemas.get(key);
    if (schema === undefined) {
      schema = { id: this.#schemas.size, parts: [...parts], name: parts.size === 1 ? name : undefined };
      this.#schemas.set(key, schema);
    }
    return schema;
  }

  view(schema: Schema): SchemaView {
    let view = this.#views.get(schema);
    if (view === undefined) {
      view = this.#read(schema);
      this.#views.set(schema, view);
    }
    return view;
  }

  /** The same for schemas that are written alike, in this definition or another one. */
  text(schema: Schema): string {
    let text = this.#texts.get(schema);
    if (text === undefined) {
      text = canonicalText(schema.parts, this.#budget);
      this.#texts.set(schema, text);
    }
    return text;
  }

  /** Adds what a written schema and the references from it lead to; gives the component's name. */
  #follow(written: unknown, parts: Set<object>): string | undefined {
    let current = written;
    let name: string | undefined;
    for (let hops = 0; hops < HOPS_MAX; hops++) {
      if (current === false) parts.add(NEVER);
      if (!isObject(current)) return name;
      const reference = referenceOf(current);
      if (reference === undefined) {
        if (Object.keys(current).length > 0) parts.add(current);
        return name;
      }
      // Until 3.0 what stands beside a reference is ignored; from 3.1 on it applies too.
      if (this.#definition.version === '3.1' && Object.keys(current).some((key) => !REMARKS.has(key))) parts.add(current);
      name = pointerParts(reference.slice(1))?.at(-1);
      current = this.#definition.target(reference);
    }
    return name;
  }

  #idOf(part: object): number {
    let id = this.#partIds.get(part);
    if (id === undefined) {
      id = this.#partIds.size;
      this.#partIds.set(part, id);
    }
    return id;
  }

  #read(schema: Schema): SchemaView {
    const draft = new SchemaDraft(this.#definition.version, this.#budget);
    draft.name = schema.name;
    const parts = new Set(schema.parts);
    const outermost = new Set(schema.parts);
    // The set grows while it is walked; a part that is in it already applies only once, so circles end.
    for (const part of parts) {
      if (part === NEVER) {
        draft.forbidAll();
        continue;
      }
      draft.add(part, outermost.has(part));
      const all = itemsOf(ownValue(part, 'allOf'));
      for (const one of all) {
        const name = this.#follow(one, parts);
        if (all.length === 1) draft.name ??= name;
      }
      for (const key of ['oneOf', 'anyOf']) this.#addVariants(itemsOf(ownValue(part, key)), draft, parts);
    }
    return draft.finish((...written) => this.of(...written));
  }

  #addVariants(written: readonly unknown[], draft: SchemaDraft, parts: Set<object>): void {
    this.#budget.spend(written.length);
    const values = written.filter((one) => !this.#isNull(one));
    if (values.length < written.length) draft.hasNullVariant = true;
    const [only] = values;
    // A choice of one is none: { oneOf: [$ref], nullable: true } and { anyOf: [$ref, { type: null }] } are ways to write a nullable $ref.
    if (values.length === 1) {
      const name = this.#follow(only, parts);
      draft.name ??= name;
    } else {
      draft.variants.push(...values);
    }
  }

  #isNull(written: unknown): boolean {
    const resolved = this.#definition.resolve(written);
    if (resolved === undefined) return false;
    const type = ownValue(resolved, 'type');
    const values = ownValue(resolved, 'enum');
    return (
      type === 'null' ||
      (Array.isArray(type) && type.length === 1 && type[0] === 'null') ||
      ownValue(resolved, 'const') === null ||
      (Array.isArray(values) && values.length === 1 && values[0] === null && type === undefined)
    );
  }
}
