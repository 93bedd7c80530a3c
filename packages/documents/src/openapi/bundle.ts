import path from 'node:path';
import { type Cursor, isObject, ownValue, setOwn } from './definition-document.ts';
import { substitute } from './placeholders.ts';
import { type References, referenceOf, toPointer } from './references.ts';
import { type ChildShape, childShape, type ObjectKind } from './shape.ts';

/** Where objects that came from other documents are put, by kind: OpenAPI 3 under `components`, 2.0 at the root. */
const SECTIONS: Partial<Record<ObjectKind, string>> = {
  schema: 'schemas',
  parameter: 'parameters',
  response: 'responses',
  requestBody: 'requestBodies',
  header: 'headers',
  example: 'examples',
  link: 'links',
  callback: 'callbacks',
};
const SECTIONS_2: Partial<Record<ObjectKind, string>> = { schema: 'definitions', parameter: 'parameters', response: 'responses' };

/** Nesting beyond this is no definition of anybody; it would end the stack. */
const DEPTH_MAX = 400;
/** YAML aliases make a small text large when it is copied. */
const OBJECTS_MAX = 5_000_000;

/**
 * One document out of all: what references to other documents lead to is pulled in once and referred to there, so circular
 * references stay references. Placeholders that have a value are filled. The documents themselves are not changed.
 * Gives undefined when the result would be too large.
 */
export function bundle(
  root: Cursor,
  references: References,
  parameters: Readonly<Record<string, string>>,
): Record<string, unknown> | undefined {
  return new Bundler(root, references, parameters).run();
}

class Bundler {
  readonly #root: Cursor;
  readonly #references: References;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #isVersion2: boolean;
  /** Key: kind, document and pointer of what was pulled in. Value: the reference to it. */
  readonly #pulledIn = new Map<string, string>();
  readonly #queue: { target: Cursor; kind: ObjectKind; section: string; name: string }[] = [];
  readonly #usedNames = new Set<string>();
  /** Path items and integrations that are being inlined: a circle among them ends here. */
  readonly #inlining = new Set<unknown>();
  #objects = 0;
  #isCutOff = false;

  constructor(root: Cursor, references: References, parameters: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#references = references;
    this.#parameters = parameters;
    this.#isVersion2 = root.get('swagger') !== undefined;
  }

  run(): Record<string, unknown> | undefined {
    this.#registerSections();
    const document = this.#copyOne(this.#root, 'document', 0);
    if (!isObject(document)) return undefined;
    // The queue grows while it is worked off.
    for (const next of this.#queue) setOwn(this.#section(document, next.section), next.name, this.#copyOne(next.target, next.kind, 0));
    return this.#isCutOff ? undefined : document;
  }

  get #sections(): Partial<Record<ObjectKind, string>> {
    return this.#isVersion2 ? SECTIONS_2 : SECTIONS;
  }

  /** What a section in a file of its own holds will stand in that section anyway, under its own name. */
  #registerSections(): void {
    const owner = this.#isVersion2 ? this.#root : this.#references.child(this.#root, 'components');
    for (const [kind, section] of Object.entries(this.#sections)) {
      const map = this.#references.child(owner, section);
      if (map === undefined || map.document === this.#root.document) continue;
      for (const [key, item] of map.properties()) this.#pulledIn.set(idOf(kind, item), this.#pointerTo(section, key));
    }
  }

  #pointerTo(section: string, name: string): string {
    return `#${toPointer(this.#isVersion2 ? [section, name] : ['components', section, name])}`;
  }

  #isTooMuch(depth: number): boolean {
    if (++this.#objects > OBJECTS_MAX || depth > DEPTH_MAX) this.#isCutOff = true;
    return this.#isCutOff;
  }

  #section(document: Record<string, unknown>, name: string): Record<string, unknown> {
    const parent = this.#isVersion2 ? document : ensureObject(document, 'components');
    return ensureObject(parent, name);
  }

  #copyOne(cursor: Cursor, kind: ObjectKind, depth: number): unknown {
    const { value } = cursor;
    if (Array.isArray(value)) return kind === 'schema' ? this.#copyList(cursor, kind, depth) : this.#copyData(value, depth);
    if (!isObject(value)) return this.#copyData(value, depth);
    const reference = referenceOf(value);
    if (reference !== undefined) {
      const target = this.#references.target(cursor, reference);
      if (target !== undefined && target.document !== this.#root.document) return this.#copyForeign(cursor, target, kind, depth);
      if (target !== undefined && !(reference.startsWith('#') && cursor.document === this.#root.document)) {
        return { ...this.#copyProperties(cursor, kind, depth), $ref: `#${toPointer(target.path)}` };
      }
    }
    return this.#copyProperties(cursor, kind, depth);
  }

  #copyForeign(cursor: Cursor, target: Cursor, kind: ObjectKind, depth: number): unknown {
    const section = this.#sections[kind];
    if (section === undefined) return this.#inline(cursor, kind, depth);
    const id = idOf(kind, target);
    let pulledIn = this.#pulledIn.get(id);
    if (pulledIn === undefined) {
      const name = this.#freeName(section, nameOf(target));
      pulledIn = this.#pointerTo(section, name);
      this.#pulledIn.set(id, pulledIn);
      this.#queue.push({ target, kind, section, name });
    }
    return { ...this.#copyProperties(cursor, kind, depth), $ref: pulledIn };
  }

  #inline(cursor: Cursor, kind: ObjectKind, depth: number): unknown {
    const target = this.#references.resolve(cursor);
    if (target === undefined || this.#inlining.has(target.value)) return this.#copyProperties(cursor, kind, depth);
    this.#inlining.add(target.value);
    const { $ref: _, ...siblings } = this.#copyProperties(cursor, kind, depth);
    const copy = this.#copyOne(target, kind, depth + 1);
    this.#inlining.delete(target.value);
    return isObject(copy) ? { ...copy, ...siblings } : copy;
  }

  #copyProperties(cursor: Cursor, kind: ObjectKind, depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    if (this.#isTooMuch(depth)) return copy;
    for (const key of Object.keys(cursor.value as object)) {
      // Nobody means a prototype by it, and whoever reads the document with plain assignments would set one.
      if (key === '__proto__') continue;
      const shape = childShape(kind, key);
      const child = shape === undefined ? undefined : cursor.get(key);
      copy[key] =
        shape === undefined || child === undefined
          ? this.#copyData(ownValue(cursor.value, key), depth + 1)
          : this.#copyChild(child, shape, depth + 1);
    }
    return copy;
  }

  #copyChild(child: Cursor, shape: ChildShape, depth: number): unknown {
    if (shape.form === 'one') return this.#copyOne(child, shape.kind, depth);
    if (shape.form === 'list' && Array.isArray(child.value)) return this.#copyList(child, shape.kind, depth);
    if (shape.form === 'list' || !isObject(child.value)) return this.#copyData(child.value, depth);
    return this.#copyMap(child, shape.kind, depth);
  }

  /** A map in a file of its own is put in its place: OpenAPI has no reference there, so tools expect none. */
  #copyMap(map: Cursor, kind: ObjectKind, depth: number): Record<string, unknown> {
    const target = referenceOf(map.value) === undefined ? undefined : this.#references.resolve(map);
    const copy: Record<string, unknown> = {};
    for (const source of target === undefined ? [map] : [target, map]) {
      for (const [key, item] of source.properties()) {
        if (target === undefined || key !== '$ref') setOwn(copy, key, this.#copyOne(item, kind, depth + 1));
      }
    }
    return copy;
  }

  #copyList(list: Cursor, kind: ObjectKind, depth: number): unknown[] {
    return this.#isTooMuch(depth) ? [] : list.items().map((item) => this.#copyOne(item, kind, depth + 1));
  }

  #copyData(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return substitute(value, this.#parameters).text;
    if (typeof value !== 'object' || value === null) return value;
    if (this.#isTooMuch(depth)) return null;
    if (Array.isArray(value)) return value.map((item) => this.#copyData(item, depth + 1));
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key !== '__proto__') copy[key] = this.#copyData(item, depth + 1);
    }
    return copy;
  }

  #freeName(section: string, wanted: string): string {
    const owner = this.#isVersion2 ? this.#root : this.#references.child(this.#root, 'components');
    const taken = this.#references.child(owner, section);
    const isTaken = (name: string) => taken?.get(name) !== undefined || this.#usedNames.has(`${section}/${name}`);
    let name = wanted;
    for (let number = 2; isTaken(name); number++) name = `${wanted}_${number}`;
    this.#usedNames.add(`${section}/${name}`);
    return name;
  }
}

function idOf(kind: string, target: Cursor): string {
  return `${kind} ${target.document.id}#${toPointer(target.path)}`;
}

function ensureObject(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const present = parent[key];
  if (isObject(present)) return present;
  const created: Record<string, unknown> = {};
  parent[key] = created;
  return created;
}

/** A component name (OpenAPI 3.1 section 4.8.7 allows letters, digits, dots, dashes, underscores) that a reader recognises. */
function nameOf(target: Cursor): string {
  const last = target.key ?? path.posix.basename(target.document.id.replaceAll('\\', '/')).replace(/\.[A-Za-z0-9]{1,8}$/, '');
  return String(last).replaceAll(/[^A-Za-z0-9._-]/g, '_') || 'object';
}
