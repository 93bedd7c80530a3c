import { createHash, createHmac } from 'node:crypto';

/**
 * An app as gateways know it: how it proves who it is, and what it may call. The unit in which credentials travel: every change of an
 * app sends its record anew. Times are milliseconds since the epoch; absent: without end.
 */
export interface AppRecord {
  /** Never changes. */
  id: string;
  name: string;
  owner?: string;
  keys: AppKeyRecord[];
  grants: AppGrant[];
}

/** One set of credentials; a rotation makes a second one that is valid beside the first for a while. */
export interface AppKeyRecord {
  /** Empty: the app cannot sign. */
  appKey: string;
  /** In clear: HMAC needs it. Never logged; encrypted wherever it is stored. */
  appSecret: string;
  /** See `hashAppCode`: the AppCode itself is stored nowhere. Empty: there is none. */
  codeHash: string;
  notAfterMs?: number;
}

/** The app may call this API in this environment. */
export interface AppGrant {
  api: string;
  environment: string;
  notAfterMs?: number;
}

/**
 * What is kept of an AppCode: HMAC-SHA-256 as base64url. `key` is base64 of the key that the control plane and its nodes share, so that
 * neither a stolen database nor a node's file yields a code that works.
 */
export function hashAppCode(key: string, code: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(code, 'utf8').digest('base64url');
}

/**
 * Two digests of 32 bits of a record, the same for whoever has the same record, whatever the order of its keys and grants. Sums of them
 * tell two sets of records apart and follow every change by adding and subtracting; they stay exact (below 2^53) for 2 million records.
 */
export function digestOfApp(app: AppRecord): [number, number] {
  const keys = app.keys.map(({ appKey, appSecret, codeHash, notAfterMs }) =>
    JSON.stringify([appKey, appSecret, codeHash, notAfterMs ?? null]),
  );
  const grants = app.grants.map(({ api, environment, notAfterMs }) => JSON.stringify([api, environment, notAfterMs ?? null]));
  const canonical = JSON.stringify([app.id, app.name, app.owner ?? null, keys.sort(), grants.sort()]);
  const hash = createHash('sha256').update(canonical).digest();
  return [hash.readUInt32BE(0), hash.readUInt32BE(4)];
}

/** `sums` with the digests of a record added, or taken away with `sign` -1. See `digestOfApp`. */
export function addDigest(sums: readonly [number, number], digest: readonly [number, number], sign: 1 | -1 = 1): [number, number] {
  return [sums[0] + sign * digest[0], sums[1] + sign * digest[1]];
}
