/** A bundled OpenAPI document, 2.0, 3.0 or 3.1. */
export type Document = Record<string, unknown>;

/**
 * Extensions that are written for a gateway and not for callers: addresses of backends, header values with keys in them, policies. Of
 * other gateways too, from whose documents people begin.
 */
const INTERNAL = /^x-(?:amazon-apigateway-|gatehouse-|aliyun-apigateway-|google-backend|kong-|tyk-)/i;

const ANY_METHOD = 'x-amazon-apigateway-any-method';
/** What `ANY` is shown as: the methods that OpenAPI names and that callers send. */
const SHOWN_METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const METHODS = [...SHOWN_METHODS, 'options', 'head', 'trace'];

/** References from path item to path item end somewhere. */
const HOPS_MAX = 64;

/**
 * A document as everybody may read it: without what is said to gateways, and without the servers behind them, which are other ones than
 * callers reach. Operations for any method stay as they are written; see `withoutAnyMethod`. The document itself is not changed.
 */
export function toPublicDocument(document: Document): Document {
  const { host: _host, basePath: _basePath, schemes: _schemes, servers: _servers, ...rest } = strip(document) as Document;
  // `host`, `basePath` and `schemes` are of 2.0 only, and `servers` of 3.x only.
  const components = toObject(rest.components);
  for (const items of [rest.paths, rest.webhooks, components?.pathItems]) {
    for (const item of Object.values(toObject(items) ?? {})) removeServers(rest, item);
  }
  return rest;
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

function strip(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Document = {};
  for (const [name, item] of Object.entries(value)) {
    // Nobody means a prototype by it.
    if (name === '__proto__' || (INTERNAL.test(name) && name !== ANY_METHOD)) continue;
    // Links may have a server of their own.
    copy[name] = key === 'links' ? withoutServer(strip(item, name)) : strip(item, name);
  }
  return copy;
}

function withoutServer(link: unknown): unknown {
  const { server: _, ...rest } = toObject(link) ?? {};
  return typeof link === 'object' && link !== null ? rest : link;
}

/** Path items and operations may have servers of their own, and path items may be references. */
function removeServers(document: Document, written: unknown): void {
  let item = toObject(written);
  for (let hops = 0; item !== undefined && hops < HOPS_MAX; hops++) {
    delete item.servers;
    for (const method of [...METHODS, ANY_METHOD]) {
      const operation = toObject(item[method]);
      if (operation !== undefined) delete operation.servers;
    }
    item = typeof item.$ref === 'string' ? toObject(targetOf(document, item.$ref)) : undefined;
  }
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
