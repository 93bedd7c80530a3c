import type { Exchange } from '../../exchange/exchange.ts';
import { isFieldValue, isName } from '../../exchange/fields.ts';

const PASS = 0;
/** Never forwarded: it concerns this connection only, or the gateway says it itself. */
const DROP = 1;
/** Forwarded for trusted proxies only. */
const TRUSTED = 2;
const FORWARDED_FOR = 3;
const FORWARDED = 4;
const FORWARDED_HOST = 5;
const TE = 6;
const CLIENT_CERT = 7;

interface Role {
  readonly lowerName: string;
  readonly role: number;
}

/**
 * What becomes of a request field. RFC 9110 section 7.6.1 (fields of one connection), 9112 section 6 (framing is ours), and fields that
 * say who the caller is or what he asked for, which only a trusted proxy may have set.
 */
const ROLES = byLength([
  ...[
    'connection',
    'host',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'proxy-authorization',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'content-length',
    'expect',
    'http2-settings',
    'x-forwarded-proto',
    'x-request-id',
    'traceparent',
  ].map((lowerName) => ({ lowerName, role: DROP })),
  // Some backends take these for the client's address or for the path to serve, past everything that was checked here.
  ...['x-real-ip', 'x-client-ip', 'true-client-ip', 'x-original-url', 'x-rewrite-url', 'x-original-host'].map((lowerName) => ({
    lowerName,
    role: TRUSTED,
  })),
  { lowerName: 'x-forwarded-for', role: FORWARDED_FOR },
  { lowerName: 'forwarded', role: FORWARDED },
  { lowerName: 'x-forwarded-host', role: FORWARDED_HOST },
  { lowerName: 'te', role: TE },
  // RFC 9440 section 3: nobody but who made the handshake may say it. CGI and WSGI make the same variable of all these.
  ...['client-cert', 'client_cert'].map((lowerName) => ({ lowerName, role: CLIENT_CERT })),
  ...['client-cert-chain', 'client_cert_chain', 'client-cert_chain', 'client_cert-chain'].map((lowerName) => ({
    lowerName,
    role: TRUSTED,
  })),
]);

/** Fields by which the gateway tells backends what it knows; a client's own copy never gets through. */
const RESERVED_PREFIX = 'x-gatehouse-';
const FORWARDED_PREFIX = 'x-forwarded-';

/** By length first: most names of a request have a length that no special field has, and are done with one look. */
function byLength(roles: readonly Role[]): readonly (readonly Role[] | undefined)[] {
  const table: Role[][] = [];
  for (const role of roles) {
    const { length } = role.lowerName;
    table[length] = [...(table[length] ?? []), role];
  }
  return table;
}

function roleOf(name: string): number {
  const candidates = ROLES[name.length];
  if (candidates !== undefined) {
    for (const { lowerName, role } of candidates) if (isName(name, lowerName)) return role;
  }
  // Both prefixes have a dash in the second place and twelve characters.
  if (name.length > 12 && (name.charCodeAt(1) === 45 || name.charCodeAt(1) === 95)) {
    const prefix = name.slice(0, 12);
    if (isName(prefix, FORWARDED_PREFIX)) return TRUSTED;
    // CGI and WSGI make the same variable of X_Gatehouse_App as of X-Gatehouse-App.
    if (isName(prefix.replaceAll('_', '-'), RESERVED_PREFIX)) return DROP;
  }
  return PASS;
}

/**
 * The fields that go to the backend, as a flat list that begins with Host: those of the client that concern the backend, and what
 * the gateway says itself. `trusted`: the peer is a trusted proxy, whose forwarding fields are believed and continued.
 */
export function forwardFields(exchange: Exchange, trusted: boolean, hostHeader: string): string[] {
  const { list } = exchange.request;
  const fields = ['Host', hostHeader];
  let forwardedFor = '';
  let forwarded = '';
  let forwardedHost = '';
  let takesTrailers = false;
  let forwardedCertificate = false;
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    switch (roleOf(name)) {
      case PASS:
        fields.push(name, list[i + 1] as string);
        break;
      case TRUSTED:
        if (trusted) fields.push(name, list[i + 1] as string);
        break;
      case FORWARDED_FOR:
        if (trusted) forwardedFor = forwardedFor === '' ? (list[i + 1] as string) : `${forwardedFor}, ${list[i + 1]}`;
        break;
      case FORWARDED:
        if (trusted) forwarded = forwarded === '' ? (list[i + 1] as string) : `${forwarded}, ${list[i + 1]}`;
        break;
      case FORWARDED_HOST:
        if (trusted) forwardedHost = list[i + 1] as string;
        break;
      case CLIENT_CERT:
        if (!trusted) break;
        fields.push(name, list[i + 1] as string);
        forwardedCertificate = true;
        break;
      case TE:
        takesTrailers ||= /(?:^|,)\s*trailers\s*(?:[,;]|$)/i.test(list[i + 1] as string);
        break;
    }
  }
  const peer = exchange.peerAddress;
  fields.push(
    'X-Forwarded-For',
    forwardedFor === '' ? peer : `${forwardedFor}, ${peer}`,
    'X-Forwarded-Proto',
    exchange.scheme,
    'X-Forwarded-Host',
    forwardedHost === '' ? (exchange.request.get('host') ?? exchange.host) : forwardedHost,
    'X-Request-Id',
    exchange.requestId,
    'traceparent',
    exchange.traceparent,
  );
  pushApp(fields, exchange);
  // Of a trusted proxy's own certificate nobody needs to hear where it tells of its client's.
  if (!forwardedCertificate) pushCertificate(fields, exchange);
  // Whoever takes trailers says so to the backend too; TE concerns one connection, so Connection names it (RFC 9110 section 10.1.4).
  if (takesTrailers && exchange.upgrade === '') fields.push('TE', 'trailers', 'Connection', 'TE');
  if (forwarded !== '') fields.push('Forwarded', `${forwarded}, for=${peer.includes(':') ? `"[${peer}]"` : peer};proto=${exchange.scheme}`);
  return fields;
}

/**
 * The fields of an AWS `http` integration, which is no proxy: of the client's only what describes the body and what it accepts;
 * everything else has to be mapped.
 */
export function describedFields(exchange: Exchange, hostHeader: string): string[] {
  const fields = ['Host', hostHeader];
  for (const [name, lower] of DESCRIBED) {
    const value = exchange.request.get(lower);
    if (value !== undefined) fields.push(name, value);
  }
  fields.push(
    'X-Forwarded-For',
    exchange.clientAddress,
    'X-Forwarded-Proto',
    exchange.scheme,
    'X-Request-Id',
    exchange.requestId,
    'traceparent',
    exchange.traceparent,
  );
  pushApp(fields, exchange);
  pushCertificate(fields, exchange);
  return fields;
}

/** Who calls, as the gateway found it: only it says so. */
function pushApp(fields: string[], { principal }: Exchange): void {
  if (principal === null || principal.kind !== 'app') return;
  const name = principal.name ?? principal.id;
  if (isFieldValue(name)) fields.push('X-Gatehouse-App', name);
}

function pushCertificate(fields: string[], { clientCertificate }: Exchange): void {
  if (clientCertificate !== null && clientCertificate.field !== '') fields.push('Client-Cert', clientCertificate.field);
}

const DESCRIBED: readonly (readonly [string, string])[] = [
  ['Content-Type', 'content-type'],
  ['Content-Encoding', 'content-encoding'],
  ['Accept', 'accept'],
];

/** Drops the fields that `Connection` names: they concern the connection that they came on (RFC 9110 section 7.6.1). */
function dropNamed(fields: string[], connection: string): void {
  for (const part of connection.split(',')) {
    const token = part.trim().toLowerCase();
    // Ordinary tokens name no field that is forwarded; a list of made-up tokens must not cost a scan each.
    if (token === '' || token === 'keep-alive' || token === 'close' || token === 'upgrade' || token === 'te') continue;
    removeNamed(fields, token);
  }
}

/** Removes every field of a name from a flat list, but not the Host that stands first. */
export function removeNamed(fields: string[], lowerName: string): void {
  let to = 2;
  for (let i = 2; i < fields.length; i += 2) {
    if (isName(fields[i] as string, lowerName)) continue;
    fields[to] = fields[i] as string;
    fields[to + 1] = fields[i + 1] as string;
    to += 2;
  }
  fields.length = to;
}

/** Response fields that concern the backend's connection only. */
const RESPONSE_DROP = byLength(
  [
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'x-request-id',
  ].map((lowerName) => ({
    lowerName,
    role: DROP,
  })),
);

function isDroppedFromResponses(name: string): boolean {
  const candidates = RESPONSE_DROP[name.length];
  if (candidates === undefined) return false;
  for (const { lowerName } of candidates) if (isName(name, lowerName)) return true;
  return false;
}

/** Takes the backend's hop-by-hop fields out of a response, in place; `keepLength` false takes Content-Length out too. */
export function cleanResponseFields(list: string[], keepLength: boolean): void {
  let to = 0;
  let connection = '';
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    if (isDroppedFromResponses(name)) {
      if (isName(name, 'connection')) connection = connection === '' ? (list[i + 1] as string) : `${connection},${list[i + 1]}`;
      continue;
    }
    if (!keepLength && isName(name, 'content-length')) continue;
    list[to] = name;
    list[to + 1] = list[i + 1] as string;
    to += 2;
  }
  list.length = to;
  if (connection !== '' && connection !== 'keep-alive' && connection !== 'close') {
    list.unshift('', '');
    dropNamed(list, connection);
    list.splice(0, 2);
  }
}
