import { canonicalLiteral } from './path-template.ts';
import { RoutingError } from './routing-error.ts';
import { SegmentMap } from './segment-map.ts';

/** What was found by the longest prefix of a path. */
export interface PathEntry<Value> {
  readonly value: Value;
  /** Characters of the prefix in canonical form, with its slash at the beginning; 0 for the root. */
  readonly length: number;
}

interface Node<Value> {
  children: SegmentMap<Node<Value>> | null;
  entry: PathEntry<Value> | null;
}

const SLASH_CODE = 47;

/**
 * Values by path prefix, found by the longest prefix that ends on a segment boundary: `/v1` holds `/v1` and `/v1/pets`, never `/v10`.
 * A lookup costs one step per segment, however many prefixes there are.
 */
export class PathIndex<Value> {
  readonly #root: Node<Value> = { children: null, entry: null };

  /**
   * Adds a value under a prefix, `/v1/pets` or `v1/pets`, empty for the root. Returns the value that is there already, in which case
   * nothing is added. Throws a `RoutingError` with code `routing.invalid-path`.
   */
  add(prefix: string, value: Value): Value | undefined {
    let node = this.#root;
    let length = 0;
    for (const text of prefix.split('/')) {
      if (text === '') continue;
      const segment = canonicalLiteral(text);
      if (segment === undefined) throw new RoutingError('routing.invalid-path', `No request path can begin with ${prefix}`);
      length += 1 + segment.length;
      node.children ??= new SegmentMap();
      let child = node.children.get(segment, 0, segment.length);
      if (child === undefined) {
        child = { children: null, entry: null };
        node.children.add(segment, child);
      }
      node = child;
    }
    if (node.entry !== null) return node.entry.value;
    node.entry = { value, length };
    return undefined;
  }

  /** The entry with the longest prefix of the canonical `path`, of which the part before `start` is left out. */
  longest(path: string, start: number): PathEntry<Value> | undefined {
    let node = this.#root;
    let { entry } = node;
    for (let at = start; node.children !== null && path.charCodeAt(at) === SLASH_CODE; ) {
      const slash = path.indexOf('/', at + 1);
      const end = slash === -1 ? path.length : slash;
      const child = node.children.get(path, at + 1, end);
      if (child === undefined) break;
      node = child;
      if (node.entry !== null) entry = node.entry;
      at = end;
    }
    return entry ?? undefined;
  }
}

/**
 * The publications of one environment by base path. Throws a `RoutingError` with code `routing.duplicate-path` when two APIs have the
 * same one: which of them a request is for must not depend on an order.
 */
export function createPublicationIndex<Publication extends { readonly api: string; readonly basePath: string }>(
  publications: Iterable<Publication>,
): PathIndex<Publication> {
  const index = new PathIndex<Publication>();
  for (const publication of publications) {
    const other = index.add(publication.basePath, publication);
    if (other === undefined) continue;
    const path = publication.basePath === '' ? '/' : publication.basePath;
    throw new RoutingError('routing.duplicate-path', `The APIs ${other.api} and ${publication.api} have the same base path ${path}`);
  }
  return index;
}

/** The mappings of one domain by path. Throws a `RoutingError` with code `routing.duplicate-path`. */
export function createMappingIndex<Mapping extends { readonly path: string }>(mappings: Iterable<Mapping>): PathIndex<Mapping> {
  const index = new PathIndex<Mapping>();
  for (const mapping of mappings) {
    if (index.add(mapping.path, mapping) === undefined) continue;
    throw new RoutingError('routing.duplicate-path', `The path ${mapping.path === '' ? '/' : mapping.path} is mapped twice`);
  }
  return index;
}
