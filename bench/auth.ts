import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type AppRecord, hashAppCode, type RouteAuthentication } from '@gatehouse/contract';
import { AppAuthentication } from '../packages/gateway/src/authentication/app-authentication.ts';
import { createNonceMemory, NonceTable } from '../packages/gateway/src/authentication/nonce-table.ts';
import { ProcessNonces } from '../packages/gateway/src/authentication/nonces.ts';
import { CredentialStore } from '../packages/gateway/src/credentials/credential-store.ts';
import { CredentialTable } from '../packages/gateway/src/credentials/credential-table.ts';
import { BufferedBody } from '../packages/gateway/src/exchange/body.ts';
import { Exchange } from '../packages/gateway/src/exchange/exchange.ts';
import { Fields } from '../packages/gateway/src/exchange/fields.ts';
import type { Services } from '../packages/gateway/src/pipeline/policy-kind.ts';

/*
 * What authentication costs: CPU per request, and memory for 100,000 apps with 200,000 authorizations. `node bench/auth.ts [apps]`.
 * The figures to reach: AppCode 1 µs, HMAC-SHA256 15 µs, 150 MB.
 */

const apps = Number(process.argv[2] ?? 100_000);
/** Callers that come again and again; fewer than a thread remembers. */
const CALLERS = 1000;
const codeKey = randomBytes(32).toString('base64');

function createApp(index: number): AppRecord {
  return {
    id: randomUUID(),
    name: `app-${index}`,
    owner: `team-${index % 100}`,
    keys: [
      {
        appKey: `key${String(index).padStart(21, '0')}`,
        appSecret: `gh_as_${String(index).padStart(38, '0')}`,
        codeHash: hashAppCode(codeKey, codeOf(index)),
      },
    ],
    grants: [
      { api: 'petstore', environment: 'production' },
      { api: `other-${index % 50}`, environment: 'test' },
    ],
  };
}

function codeOf(index: number): string {
  return `gh_ac_${String(index).padStart(38, '0')}`;
}

function rss(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** CPU of this process per call, in µs: the best of five rounds, because other processes only ever make it longer. */
function cpuOf(what: string, rounds: number, run: (index: number) => void): number {
  for (let i = 0; i < rounds / 10; i++) run(i);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) run(i);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / rounds);
  }
  console.log(`${what.padEnd(46)} ${best.toFixed(2)} µs`);
  return best;
}

const before = rss();
const store = new CredentialStore({ readers: 1 });
const startedMs = performance.now();
const staged = store.stage(codeKey);
const samples: AppRecord[] = [];
for (let i = 0; i < apps; i++) {
  const app = createApp(i);
  if (i < CALLERS) samples.push(app);
  staged.put(app);
}
staged.commit();
console.log(`${apps} apps, ${2 * apps} authorizations, loaded in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
console.log(`shared memory in use                           ${mebibytes(store.usage.bytes)}`);
console.log(`growth of the process                          ${mebibytes(rss() - before)}, to ${mebibytes(rss())} in all`);

const table = new CredentialTable(store.buffer, 0);
const settings: RouteAuthentication = {
  kind: 'app',
  appCode: 'header-and-query',
  signature: true,
  requireNonce: false,
  forwardCredentials: false,
};
const nonces = new ProcessNonces(new NonceTable(createNonceMemory(), 0));
const services: Services = {
  credentials: table,
  nonces,
  now: Date.now,
  rates: { take: () => Promise.reject(new Error('unused')) as never },
};
const place = { api: 'petstore', environment: 'production', answersPreflights: false };
const authentication = new AppAuthentication(settings, place, services);

const ORDINARY = [
  'Host',
  'api.example.com',
  'User-Agent',
  'bench',
  'Accept',
  'application/json',
  'Accept-Encoding',
  'gzip',
  'Connection',
  'x',
];

function exchangeOf(fields: string[], target = '/petstore/pets?limit=10&cursor=abc', body: Uint8Array | null = null): Exchange {
  const head = {
    method: body === null ? 'GET' : 'POST',
    target,
    protocol: 'HTTP/1.1',
    fields: new Fields(fields),
    body: null,
    peerAddress: '127.0.0.1',
    encrypted: false,
    upgrade: '',
  };
  const exchange = new Exchange('request', 0, head, false, '127.0.0.1', 'http', 'api.example.com');
  exchange.query = target.split('?')[1] ?? '';
  if (body !== null) exchange.requestBody = new BufferedBody(body);
  return exchange;
}

function signedFields(app: AppRecord, index: number): string[] {
  const [key] = app.keys;
  const stamp = String(Date.now());
  const nonce = `nonce-${index}-${Math.random()}`;
  const own = `x-ca-key:${key?.appKey}\nx-ca-nonce:${nonce}\nx-ca-timestamp:${stamp}\n`;
  const text = `GET\napplication/json\n\n\n\n${own}/petstore/pets?cursor=abc&limit=10`;
  const signature = createHmac('sha256', key?.appSecret ?? '')
    .update(text)
    .digest('base64');
  return [
    ...ORDINARY,
    'x-ca-key',
    key?.appKey ?? '',
    'x-ca-nonce',
    nonce,
    'x-ca-timestamp',
    stamp,
    'x-ca-signature-headers',
    'x-ca-key,x-ca-nonce,x-ca-timestamp',
    'x-ca-signature',
    signature,
  ];
}

const codes = samples.map((_, index) => codeOf(index));
const codeFields = codes.map((each) => `APPCODE ${each}`);
let used = 0;
/** Kept, so that making it is not optimised away. */
let last: Exchange | null = null;

/** What every request costs here, to be taken off the figures of whole steps. */
const base = cpuOf('(an exchange, without authentication)', 300_000, (i) => {
  last = exchangeOf([...ORDINARY, 'Authorization', codeFields[i % CALLERS] as string]);
});
const grant = table.grantOf('petstore', 'production');
cpuOf('lookup by AppCode', 1_000_000, (i) => {
  if (table.byAppCode(codes[i % CALLERS] as string, grant, 0)?.grant !== 'granted') throw new Error('not found');
});
const code = cpuOf('AppCode, with the exchange', 300_000, (i) => {
  const exchange = exchangeOf([...ORDINARY, 'Authorization', codeFields[i % CALLERS] as string]);
  last = exchange;
  authentication.run(exchange);
  if (exchange.principal === null) throw new Error('refused');
});
const prepared: string[][] = [];
for (let i = 0; i < 21_000; i++) prepared.push(signedFields(samples[i % CALLERS] as AppRecord, i));
let refused = 0;
const hmac = cpuOf('HMAC-SHA256 with nonce, with the exchange', 4_000, () => {
  const exchange = exchangeOf([...(prepared[used++ % prepared.length] as string[])]);
  authentication.run(exchange);
  if (exchange.principal === null) refused++;
});
if (last === null) throw new Error('nothing was measured');
console.log(`added by an AppCode                            ${(code - base).toFixed(2)} µs (to reach: 1)`);
console.log(
  `added by a signature                           ${(hmac - base).toFixed(2)} µs (to reach: 15); ${refused} nonces were used before`,
);
