import { type Cursor, isObject } from './definition-document.ts';
import { type DocumentSet, originId, resolveLocation } from './document-set.ts';
import { pointerParts, type References, referenceOf, splitReference } from './references.ts';
import type { Report } from './report.ts';
import { type ChildShape, childShape, isExtensionKey, isNeededForRouting, type ObjectKind } from './shape.ts';

/** Deeper nesting is no definition of anybody; it would end the stack of whoever walks it after us. */
const DEPTH_MAX = 200;
const OBJECTS_MAX = 5_000_000;

interface Visit {
  cursor: Cursor;
  kind: ObjectKind;
  /** One object of the kind, or a map of them. */
  form: 'one' | 'map';
  depth: number;
}

/**
 * Walks everything that the root document reaches, loads the documents that it refers to, and reports what has the wrong type
 * and what refers to nothing. Afterwards every reference that can be resolved can be resolved without waiting.
 */
export async function checkStructure(root: Cursor, documents: DocumentSet, references: References, report: Report): Promise<void> {
  const walk = new StructureWalk(documents, references, report);
  await walk.run({ cursor: root, kind: 'document', form: 'one', depth: 0 });
}

class StructureWalk {
  readonly #documents: DocumentSet;
  readonly #references: References;
  readonly #report: Report;
  readonly #stack: Visit[] = [];
  /** References to documents that are not loaded yet, by document. */
  readonly #waiting = new Map<string, { visit: Visit; reference: string }[]>();
  /** An object is walked once per kind, however many aliases and references lead to it: no bomb of aliases goes off. */
  readonly #seen = new Map<object, string | Set<string>>();
  readonly #refusedDocuments = new Set<string>();
  #objects = 0;
  #tooMuch = false;

  constructor(documents: DocumentSet, references: References, report: Report) {
    this.#documents = documents;
    this.#references = references;
    this.#report = report;
  }

  async run(first: Visit): Promise<void> {
    this.#stack.push(first);
    for (;;) {
      for (let visit = this.#stack.pop(); visit !== undefined; visit = this.#stack.pop()) this.#visit(visit);
      if (this.#waiting.size === 0) return;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      await Promise.all(waiting.map((group) => this.#load(group)));
    }
  }

  #visit(visit: Visit): void {
    const { cursor, kind, form, depth } = visit;
    const { value } = cursor;
    if (this.#tooMuch) return;
    if (!isObject(value)) {
      // JSON Schema 2020-12 has true and false as schemas; older ones have lists under items.
      if (form === 'map') this.#wrongType(cursor, kind, 'a map');
      else if (kind === 'schema' && (typeof value === 'boolean' || Array.isArray(value))) this.#visitItems(cursor, kind, depth);
      else this.#wrongType(cursor, kind, 'an object');
      return;
    }
    const reference = referenceOf(value);
    if (reference !== undefined) this.#follow(visit, reference);
    if (!this.#isFirst(value, form === 'one' ? kind : `map of ${kind}`)) return;
    if (depth > DEPTH_MAX || ++this.#objects > OBJECTS_MAX) {
      this.#tooMuch = true;
      this.#report.error(
        'definition.too-large',
        `The definition is nested deeper than ${DEPTH_MAX} levels or has too many objects`,
        cursor,
      );
      return;
    }
    if (form === 'map') {
      // Authors split maps into files too, though OpenAPI has no reference in the place of a map.
      for (const [key, item] of cursor.properties()) {
        if (key !== '$ref' && !isExtensionKey(kind, key)) this.#stack.push({ cursor: item, kind, form: 'one', depth: depth + 1 });
      }
      return;
    }
    for (const key of Object.keys(value)) {
      const shape = childShape(kind, key);
      const child = shape === undefined ? undefined : cursor.get(key);
      if (shape !== undefined && child !== undefined) this.#visitChild(child, shape, depth + 1);
    }
  }

  #visitChild(child: Cursor, { form, kind }: ChildShape, depth: number): void {
    if (form !== 'list') this.#stack.push({ cursor: child, kind, form, depth });
    else if (Array.isArray(child.value)) this.#visitItems(child, kind, depth);
    else this.#wrongType(child, kind, 'a list');
  }

  #visitItems(list: Cursor, kind: ObjectKind, depth: number): void {
    for (const item of list.items()) this.#stack.push({ cursor: item, kind, form: 'one', depth });
  }

  #isFirst(value: object, kind: string): boolean {
    const seen = this.#seen.get(value);
    if (seen === undefined) this.#seen.set(value, kind);
    else if (typeof seen === 'string') {
      if (seen === kind) return false;
      this.#seen.set(value, new Set([seen, kind]));
    } else {
      if (seen.has(kind)) return false;
      seen.add(kind);
    }
    return true;
  }

  #follow(visit: Visit, reference: string): void {
    const { location, fragment } = splitReference(reference);
    // An $anchor of JSON Schema 2020-12, which needs no following here.
    if (visit.kind === 'schema' && pointerParts(fragment) === undefined) return;
    const origin = location === '' ? visit.cursor.document.origin : resolveLocation(location, visit.cursor.document.origin);
    if ('refused' in origin) {
      this.#unresolved(visit, reference, origin.refused);
    } else if (location !== '' && this.#documents.get(originId(origin)) === undefined) {
      const group = this.#waiting.get(originId(origin));
      if (group === undefined) this.#waiting.set(originId(origin), [{ visit, reference }]);
      else group.push({ visit, reference });
    } else {
      this.#followLoaded(visit, reference);
    }
  }

  #followLoaded(visit: Visit, reference: string): void {
    const target = this.#references.target(visit.cursor, reference);
    if (target === undefined) {
      this.#unresolved(visit, reference, 'there is nothing at that place');
    } else if (this.#references.isCircular(visit.cursor)) {
      this.#unresolved(visit, reference, 'it leads round in a circle');
    } else {
      // Depth counts nesting in one document: a chain of references may be as long as there are objects.
      this.#stack.push({ cursor: target, kind: visit.kind, form: visit.form, depth: 0 });
    }
  }

  async #load(group: { visit: Visit; reference: string }[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const origin = resolveLocation(splitReference(first.reference).location, first.visit.cursor.document.origin);
    if ('refused' in origin) return;
    const loaded = await this.#documents.load(origin);
    if ('document' in loaded) {
      for (const { visit, reference } of group) this.#follow(visit, reference);
      return;
    }
    if (loaded.problems !== undefined && !this.#refusedDocuments.has(originId(origin))) this.#report.problems.push(...loaded.problems);
    this.#refusedDocuments.add(originId(origin));
    for (const { visit, reference } of group) {
      this.#unresolved(visit, reference, loaded.refused, origin.kind === 'url');
    }
  }

  #unresolved({ cursor, kind }: Visit, reference: string, why: string, remote = false): void {
    const at = cursor.get('$ref') ?? cursor;
    // A schema on the web that is not fetched leaves a gap in the documentation; the routes are complete without it.
    const severity = remote && !isNeededForRouting(kind) ? 'warning' : 'error';
    this.#report.add(severity, 'definition.unresolved-reference', `"${reference}" cannot be resolved: ${why}`, at);
  }

  #wrongType(at: Cursor, kind: ObjectKind, expected: string): void {
    const severity = isNeededForRouting(kind) ? 'error' : 'warning';
    const name = at.key === undefined ? 'The definition' : `"${String(at.key)}"`;
    this.#report.add(severity, 'definition.wrong-type', `${name} must be ${expected}, but is ${typeName(at.value)}`, at);
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
