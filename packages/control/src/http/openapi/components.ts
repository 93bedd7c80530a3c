import * as management from '@gatehouse/contract/management';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** JSON Schema 2020-12, as OpenAPI 3.1 has it; what cannot be expressed (refinements) is left out. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;
  return rest;
}

/**
 * The schemas of a document, each of which stands in it once. What the contract exports by a name keeps that name; where the same schema
 * stands within another, there is a reference to it.
 */
export class Components {
  readonly #schemas: Record<string, JsonSchema> = {};
  /** What a schema is to be called, by its text. */
  readonly #names = new Map<string, string>();
  /** Under which name it stands in the document, by its text. */
  readonly #placed = new Map<string, string>();

  constructor() {
    for (const [name, schema] of exportedSchemas()) {
      for (const io of ['output', 'input'] as const) {
        const written = toJsonSchema(schema, io);
        // Short ones, a name or an enumeration, read better where they are used.
        if (written.type === 'object' && !this.#names.has(textOf(written))) this.#names.set(textOf(written), name);
      }
    }
  }

  /** Adds a schema under a name, and gives a reference to it. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.#names.set(textOf(schema), name);
    return this.use(name, schema);
  }

  /** A reference to the schema, which is added under `name` unless it has a name already. */
  use(name: string, schema: JsonSchema): JsonSchema {
    return this.#refer(this.#names.get(textOf(schema)) ?? name, schema);
  }

  all(): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(this.#schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #refer(name: string, schema: JsonSchema): JsonSchema {
    const text = textOf(schema);
    let placed = this.#placed.get(text);
    if (placed === undefined) {
      placed = name;
      // Input and output forms of one schema differ where it has defaults.
      for (let count = 2; placed in this.#schemas; count++) placed = `${name}${count}`;
      this.#placed.set(text, placed);
      // Before its parts, which may refer to it.
      this.#schemas[placed] = {};
      this.#schemas[placed] = this.#shortened(schema);
    }
    return { $ref: `#/components/schemas/${placed}` };
  }

  /** The schema with references in the place of what has a name. */
  #shortened(schema: JsonSchema): JsonSchema {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#shorten(value)]));
  }

  #shorten(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#shorten(item));
    if (typeof value !== 'object' || value === null) return value;
    const name = this.#names.get(textOf(value as JsonSchema));
    return name === undefined ? this.#shortened(value as JsonSchema) : this.#refer(name, value as JsonSchema);
  }
}

function* exportedSchemas(): Generator<[string, z.ZodType]> {
  const { backends, apis, apps, system } = management;
  for (const module of [backends, apis, apps, system]) {
    for (const [name, value] of Object.entries(module)) {
      if (value instanceof z.ZodType) yield [name.charAt(0).toUpperCase() + name.slice(1), value];
    }
  }
}

function textOf(schema: JsonSchema): string {
  return JSON.stringify(schema);
}
