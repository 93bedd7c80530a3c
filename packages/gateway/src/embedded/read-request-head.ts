import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../exchange/exchange.ts';
import { Fields, isName } from '../exchange/fields.ts';
import { parseHost } from '../exchange/host.ts';
import type { Deadlines } from '../upstream/deadlines.ts';
import { NodeRequestBody } from '../wire/node/request-body.ts';

/** The head of a request as the gateway wants it. */
export type ReadHead = RequestHead & { body: NodeRequestBody | null };

/** Not h2c: an HTTP/2 tunnel would carry requests that nobody checks. */
const WEBSOCKET = /^websocket$/i;

/**
 * Reads the head of a message that another server has parsed, with what llhttp does not check (RFC 9112 sections 3.2 and 6.1).
 * Returns why it is refused instead.
 */
export function readRequestHead(message: IncomingMessage, upgrade: string, deadlines: Deadlines, bodyTimeoutMs: number): ReadHead | string {
  const list = message.rawHeaders;
  const target = message.url ?? '';
  if (target.charCodeAt(0) !== 47) return 'The request target does not begin with a slash';
  const hosts: string[] = [];
  const lengths: string[] = [];
  const codings: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (isName(name, 'host')) hosts.push(value);
    else if (isName(name, 'content-length')) lengths.push(value);
    else if (isName(name, 'transfer-encoding')) codings.push(value);
  }
  const http11 = message.httpVersion === '1.1';
  if (!http11 && message.httpVersion !== '1.0') return 'The protocol is neither HTTP/1.1 nor HTTP/1.0';
  if (hosts.length > 1 || (hosts.length === 0 && http11)) return 'There is not exactly one Host';
  if (hosts.length === 1 && parseHost(hosts[0] as string) === undefined) return 'The Host is not valid';
  if (lengths.length > 1) return 'There is more than one Content-Length';
  if (codings.length > 0 && (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked' || lengths.length > 0 || !http11))
    return 'The Transfer-Encoding is not exactly chunked, or stands where it must not';
  const chunked = codings.length === 1;
  const length = chunked ? -1 : Number(lengths[0] ?? 0);
  if (upgrade !== '' && (message.method !== 'GET' || length !== 0 || !WEBSOCKET.test(upgrade)))
    return 'The upgrade is not one to WebSocket';
  const fields = new Fields([...list]);
  // Here the path alone says where a request goes.
  fields.remove('x-ca-stage');
  const { socket } = message;
  return {
    method: message.method ?? 'GET',
    target,
    protocol: http11 ? 'HTTP/1.1' : 'HTTP/1.0',
    fields,
    body: length === 0 ? null : new NodeRequestBody(message, length, deadlines, bodyTimeoutMs, null),
    peerAddress: plainAddress(socket.remoteAddress ?? ''),
    encrypted: 'encrypted' in socket,
    upgrade,
  };
}

/** A dual-stack socket reports IPv4 clients as IPv4-mapped IPv6 addresses. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
