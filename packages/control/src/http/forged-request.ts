import { isIP } from 'node:net';
import { Refusal } from '../operation/refusal.ts';
import type { RequestFields } from './authenticator.ts';

/** What of a request tells where it came from. */
export interface RequestHead {
  method: string;
  fields: RequestFields;
  /** It asks to leave HTTP, as WebSocket does. */
  isUpgrade?: boolean;
}

/** The field by which a page of the portal marks its requests. */
export const CSRF_FIELD = 'X-Gatehouse-Csrf';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that a browser sent with its cookies may be another site's doing. No other site can set a field of its own name
 * without asking first (a CORS preflight, which is never granted), nor lie about `Origin` and `Sec-Fetch-Site`. A page cannot set
 * fields of a WebSocket handshake, which no preflight guards: there the origin must be told, and be ours.
 */
export function isForged({ method, fields, isUpgrade = false }: RequestHead, publicUrl: URL): boolean {
  if (!isUpgrade && SAFE_METHODS.has(method)) return false;
  const { origin, 'sec-fetch-site': site } = fields;
  if (site !== undefined && site !== 'same-origin') return true;
  if (origin !== undefined && !isOwnOrigin(origin, fields.host, publicUrl)) return true;
  if (isUpgrade) return origin === undefined;
  return fields[CSRF_FIELD.toLowerCase()] !== '1';
}

/** Throws `Refusal` (`request.forged`) for what may be another site's doing. */
export function refuseForged(request: RequestHead, publicUrl: URL): void {
  if (!isForged(request, publicUrl)) return;
  throw new Refusal('request.forged', `With a session, changes are taken from pages of this portal only, with ${CSRF_FIELD}: 1`);
}

/**
 * Whether the host that a request names is surely this installation: a name of somebody else's may lead here too (DNS rebinding), and
 * then its pages are of the same origin. Where a cookie is asked for that does not matter: browsers keep cookies by host.
 */
export function namesThisHost(fields: RequestFields, publicUrl: URL): boolean {
  const url = typeof fields.host === 'string' ? URL.parse(`http://${fields.host}`) : null;
  if (url === null) return false;
  const { hostname } = url;
  return hostname === publicUrl.hostname || hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** By the public address, or, where people come another way, by the host that the request was sent to. Ports count: cookies ignore them. */
function isOwnOrigin(origin: string | string[], host: string | string[] | undefined, publicUrl: URL): boolean {
  const url = typeof origin === 'string' ? URL.parse(origin) : null;
  if (url === null || typeof host !== 'string') return false;
  if (url.origin === publicUrl.origin) return true;
  const asked = URL.parse(`${url.protocol}//${host}`);
  if (asked === null || asked.host !== url.host) return false;
  // The public host over plain HTTP is not the public origin: whoever is on the line could have written that page.
  return publicUrl.protocol !== 'https:' || asked.hostname !== publicUrl.hostname;
}
