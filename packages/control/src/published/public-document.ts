import { childShape, type ObjectKind } from '@gatehouse/documents';

/** A bundled OpenAPI document, 2.0, 3.0 or 3.1. */
export type Document = Record<string, unknown>;

/**
 * Extensions that are written for a gateway and not for callers: addresses of backends, header values with keys in them, policies. Of
 * other gateways too, from whose documents people begin.
 */
const INTERNAL = /^x-(?:amazon-apigateway-|gatehouse-|aliyun-apigateway-|google-|kong-|tyk-|ms-parameterized-host$)/i;

const ANY_METHOD = 'x-amazon-apigateway-any-method';
/** What `ANY` is shown as: the methods that OpenAPI names and that callers send. */
const SHOWN_METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/**
 * A document as everybody may read it: without what is said to gateways, and without the servers behind them, which are other ones than
 * callers reach. Operations for any method stay as they are written; see `withoutAnyMethod`. The document itself is not changed.
 */
export function toPublicDocument(document: Document): Document {
  const copy = structuredClone(document);
  new Publishing(copy).visit(copy, 'document');
  return copy;
}

/** The same with these addresses, the best one first, and with operations for any method written out. */
export function withAddresses(document: Document, urls: readonly string[]): Document {
  const written = withoutAnyMethod(document);
  if (document.swagger === undefined) return { ...written, servers: urls.map((url) => ({ url })) };
  const url = URL.parse(urls[0] ?? '');
  if (url === null) return written;
  const basePath = url.pathname === '' ? '/' : url.pathname;
  return { ...written, host: url.host, basePath, schemes: [url.protocol.slice(0, -1)] };
}

/** Where addresses of what is behind a gateway stand. `host`, `basePath` and `schemes` are of 2.0 only, and `servers` of 3.x only. */
const ADDRESSES: Partial<Record<ObjectKind, readonly string[]>> = {
  document: ['servers', 'host', 'basePath', 'schemes'],
  pathItem: ['servers'],
  operation: ['servers'],
  link: ['server'],
};

/** Objects that may be extended and hold no others that are looked into, by the key that they stand under. */
const EXTENSIBLE: ReadonlySet<string> = new Set(['contact', 'license', 'externalDocs', 'xml', 'discriminator', 'flows', 'variables']);

/**
 * Takes out of a document what callers are not to see, by what stands where: a property of a schema may be called `links`, a header
 * field `X-Kong-Request-Id`, and an example is anybody's data.
 */
class Publishing {
  readonly #document: Document;
  /** Objects may be shared, and refer to each other in circles. */
  readonly #visited = new Map<Document, Set<ObjectKind>>();

  constructor(document: Document) {
    this.#document = document;
  }

  visit(value: unknown, kind: ObjectKind): void {
    const object = toObject(value);
    const kinds = object === undefined ? undefined : (this.#visited.get(object) ?? new Set());
    if (object === undefined || kinds === undefined || kinds.has(kind)) return;
    this.#visited.set(object, kinds.add(kind));
    for (const key of ADDRESSES[kind] ?? []) delete object[key];
    removeExtensions(object);
    // What is referred to may stand where nothing else says what it is.
    if (typeof object.$ref === 'string') this.visit(targetOf(this.#document, object.$ref), kind);
    for (const [key, member] of Object.entries(object)) {
      const shape = childShape(kind, key);
      if (shape === undefined) {
        if (key.startsWith('x-')) removeInternal(member);
        else if (EXTENSIBLE.has(key)) visitPlain(member);
        continue;
      }
      if (shape.form === 'one') this.visit(member, shape.kind);
      else {
        if (hasExtensions(kind, key)) removeExtensions(toObject(member) ?? {});
        for (const item of Object.values(member ?? {})) this.visit(item, shape.kind);
      }
    }
  }
}

/** Flows and variables are themselves maps of such objects. */
function visitPlain(value: unknown): void {
  const object = toObject(value);
  if (object === undefined) return;
  removeExtensions(object);
  for (const member of Object.values(object)) removeExtensions(toObject(member) ?? {});
}

/** Maps that may be extended beside the names that they hold; in all others a name may begin with `x-`. */
function hasExtensions(kind: ObjectKind, key: string): boolean {
  return (kind === 'document' && key === 'paths') || (kind === 'operation' && key === 'responses');
}

function removeExtensions(object: Document): void {
  for (const key of Object.keys(object)) if (INTERNAL.test(key) && key !== ANY_METHOD) delete object[key];
}

/** Inside of an extension nobody knows what is what; parts of documents that are repeated are often kept there. */
function removeInternal(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) removeInternal(item);
  const object = toObject(value);
  if (object === undefined) return;
  removeExtensions(object);
  for (const member of Object.values(object)) removeInternal(member);
}

function targetOf(document: Document, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let current: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const owner = toObject(current);
    current = owner !== undefined && Object.hasOwn(owner, name) ? owner[name] : undefined;
  }
  return current;
}

/** No tool for readers knows the extension, so the operation is shown once for each method that no other one on the path is for. */
function withoutAnyMethod(document: Document): Document {
  const paths = toObject(document.paths);
  if (paths === undefined) return document;
  const shown = Object.entries(paths).map(([path, written]) => {
    const item = toObject(written);
    const any = toObject(item?.[ANY_METHOD]);
    if (item === undefined || any === undefined) return [path, written] as const;
    const { [ANY_METHOD]: _, ...rest } = item;
    const { operationId, ...operation } = any;
    const methods = SHOWN_METHODS.filter((method) => rest[method] === undefined);
    // Ids are unique in a document.
    const idOf = (method: string) => (typeof operationId === 'string' ? { operationId: `${operationId}-${method}` } : {});
    return [path, { ...rest, ...Object.fromEntries(methods.map((method) => [method, { ...idOf(method), ...operation }])) }] as const;
  });
  return { ...document, paths: Object.fromEntries(shown) };
}

function toObject(value: unknown): Document | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Document) : undefined;
}
