import { createHmac } from 'node:crypto';
import { type DebugCall, type DebugResult, hashAppCode, type Snapshot } from '@gatehouse/contract';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { NonceVerdict } from '../authentication/nonces.ts';
import { compileNow } from '../compile/compile-snapshot.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Gateway } from '../gateway.ts';
import { corsPolicy } from '../policies/cors/policy.ts';
import { createTestServices } from '../policies/test-exchange.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { DebugRequestError, debugExchange } from './debug-exchange.ts';

const services = createTestServices();
const records: Exchange[] = [];
let gateway: Gateway;

beforeAll(() => {
  const upstreams = new UpstreamRegistry({
    states: TargetStates.create(8, 1, Date.now()),
    deadlines: new Deadlines(),
    events: { retried() {}, ejected() {} },
    slotOf: () => 0,
  });
  const { compiled, problems } = compileNow({ snapshot: SNAPSHOT, services, upstreams: upstreams.stage(), previous: null });
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  gateway = new Gateway({
    isTrusted: () => true,
    bodyBytesMax: 0,
    record: (exchange) => records.push(exchange),
    refused() {},
    log: {
      failed(_exchange, _what, error) {
        throw error;
      },
    },
  });
  gateway.swap(compiled);
  const codeKey = Buffer.alloc(32, 7).toString('base64');
  const keys = [{ appKey: 'key', appSecret: 'secret', codeHash: hashAppCode(codeKey, 'code') }];
  services.store.replace([{ id: 'id-1', name: 'partner', keys, grants: [{ api: 'pets', environment: 'test' }] }], { codeKey });
});

const ask = (request: Partial<DebugCall['request']>, more: Partial<DebugCall> = {}): Promise<DebugResult> =>
  debugExchange(gateway, { api: 'pets', environment: 'test', app: null, request: { method: 'GET', path: '/pets/7', ...request }, ...more });

/** An answer and its trace without what differs each time. */
const shown = ({ response, trace, backendRequest }: DebugResult): unknown => [
  response.status,
  { ...response.headers, 'x-request-id': null },
  response.body.replace(/"requestId":"[^"]*"/, ''),
  trace.map(({ step, outcome, detail }) => [step, outcome, detail]),
  backendRequest,
];

describe('a request that is debugged', () => {
  it('tells what each step did with it, and stands in the log like every other', async () => {
    const { response, trace, backendRequest } = await ask({ query: { a: ['1', '2'] } });
    expect(response).toMatchObject({ status: 200, body: '{"id":7}', bodyEncoding: 'utf8', truncated: false });
    expect(response.headers).toMatchObject({ 'x-added': ['yes'] });
    expect(trace.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'route passed',
      'integration:mock passed',
      'response:headers passed',
      'response passed',
    ]);
    expect(trace[0]?.detail).toBe('GET /pets/{id} of pets in test');
    expect(backendRequest).toBeNull();
    expect(records.at(-1)?.status).toBe(200);
  });

  it('names the policy that refuses it, and why', async () => {
    const { response, trace } = await ask({ path: '/closed' });
    expect(response.status).toBe(403);
    expect(trace.find(({ outcome }) => outcome === 'refused')).toMatchObject({ step: 'request:ip-restriction' });
  });

  it('is answered as a caller would be where nothing is published', async () => {
    const { response, trace } = await ask({}, { environment: 'production' });
    expect(response.status).toBe(404);
    expect(trace[0]).toMatchObject({ step: 'route', outcome: 'refused' });
  });

  it('is refused when it could not stand on the wire', async () => {
    await expect(ask({ headers: { 'x-a': 'b\r\nX-Evil: 1' } })).rejects.toBeInstanceOf(DebugRequestError);
  });

  it('reaches the own API at a host that is bound to it', async () => {
    const { response } = await ask({ path: '/v1/pets/7', headers: { Host: 'shop.example.com' } });
    expect(response.status).toBe(200);
  });

  it('believes no field that only a proxy may set', async () => {
    const headers = {
      'X-Forwarded-For': '10.0.0.1',
      'x-forwarded-host': 'shop.example.com',
      'X-Request-Id': 'mine',
      Forwarded: 'for=10.0.0.1',
    };
    expect((await ask({ headers })).response.status).toBe(200);
    const seen = records.at(-1);
    expect([seen?.trustedPeer, seen?.clientAddress, seen?.host, seen?.requestId === 'mine']).toEqual([
      false,
      '127.0.0.1',
      'debug.invalid',
      false,
    ]);
    for (const name of Object.keys(headers)) expect(seen?.request.has(name.toLowerCase())).toBe(false);
  });

  it('comes from where its sender is, when that is said', async () => {
    await ask({}, { clientAddress: '2001:db8::7' });
    expect([records.at(-1)?.clientAddress, records.at(-1)?.trustedPeer]).toEqual(['2001:db8::7', false]);
  });

  it('is not told whose AppKey it used when that is not an app of its own', async () => {
    const headers = { 'X-Ca-Key': 'key', 'X-Ca-Signature': 'anything' };
    const { response, trace } = await ask({ path: '/guarded', headers });
    expect(response.status).toBe(401);
    expect(trace.find(({ step }) => step === 'authentication')?.detail).toMatch(/auth.signature-mismatch/);
    expect(JSON.stringify(trace)).not.toContain('partner');
  });
});

describe('debugging one API does not reach another', () => {
  const nothing = { status: 404, body: expect.stringContaining('route.not-found') };
  const production = '/../../production/secret/x';

  it.each<[string, Partial<DebugCall['request']>, Partial<DebugCall>]>([
    ['by a path that climbs out', { path: production }, {}],
    ['by an encoded path that climbs out', { path: '/%2e%2e/%2e%2e/production/secret/x' }, {}],
    ['with a wrong method', { path: production, method: 'POST' }, {}],
    ['below its base path', { path: '/inner/x' }, {}],
    ['through a bound host', { path: '/x', headers: { Host: 'secret.example.com' } }, {}],
    ['from the root', { path: '/secret/x' }, { api: 'root', environment: 'production' }],
    ['from an API that is not published', { path: '/x' }, { api: 'mine' }],
    ['by a path in another environment of its own', { path: '/../../production/pets-api/pets/7' }, {}],
    [
      'by a preflight',
      { path: production, method: 'OPTIONS', headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' } },
      {},
    ],
  ])('%s', async (_how, request, more) => {
    const result = await ask(request, more);
    expect(result.response).toMatchObject(nothing);
    expect(records.at(-1)?.publication).toBeNull();
    expect(shown(result)).toEqual(shown(await ask({ path: '/../../test/there-is-no-such-api' })));
  });

  it('by a field that names another environment', async () => {
    const { response, trace } = await ask({ path: '/pets/7', headers: { 'X-Ca-Stage': 'production' } });
    expect([response.status, trace[0]?.detail]).toEqual([200, 'GET /pets/{id} of pets in test']);
  });
});

describe('the time of a debug request', () => {
  const TIMEOUT = { timeoutMs: 50 };

  it('ends also when a policy never answers; what there is by then is the answer, and the backend is not asked later', async () => {
    const held = Promise.withResolvers<NonceVerdict>();
    const claim = vi.spyOn(services.nonces, 'claim').mockReturnValue(held.promise);
    const text = 'GET\n\n\n\n\n/test/pets-api/guarded';
    const signature = createHmac('sha256', 'secret').update(text).digest('base64');
    const headers = { 'X-Ca-Key': 'key', 'X-Ca-Nonce': 'n', 'X-Ca-Signature': signature };
    const { response, trace, backendRequest } = await ask({ path: '/guarded', headers }, TIMEOUT);
    expect(claim).toHaveBeenCalled();
    expect(response).toMatchObject({ status: 0, body: '' });
    expect(trace.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(['route passed', 'response failed']);
    expect(backendRequest).toBeNull();
    const { length } = records;
    expect(records.at(-1)).toMatchObject({ status: 499, aborted: true });
    held.resolve('first');
    await new Promise((resolve) => setImmediate(resolve));
    // It has one line in the log, and the integration was left alone.
    expect(records).toHaveLength(length);
    expect(records.at(-1)?.error).toMatchObject({ code: 'backend.failed' });
  });
});

const mock = {
  kind: 'mock' as const,
  status: 200,
  headers: {},
  bodies: [{ contentType: 'application/json', text: '{"id":7}' }],
};

const revision = (api: string, basePath: string, routes: Snapshot['revisions'][number]['routes']): Snapshot['revisions'][number] => ({
  id: `${api}@1`,
  api,
  basePath,
  errorProfile: 'problem',
  timeouts: {},
  policies: [],
  routes,
});

const route = { method: 'GET', path: '/x', integration: mock, policies: [] };
const cors = { name: 'cors', config: corsPolicy.config.parse({ allowOrigins: ['*'], allowMethods: ['GET'] }) };

const SNAPSHOT: Snapshot = {
  format: 1,
  number: 1,
  hash: '',
  environments: ['test', 'production'],
  defaultEnvironment: 'production',
  backends: [],
  revisions: [
    {
      ...revision('pets', '/pets-api', [
        { ...route, path: '/pets/{id}' },
        { ...route, path: '/closed', policies: [{ name: 'ip-restriction', config: { deny: ['0.0.0.0/0'], allow: [] } }] },
        {
          ...route,
          path: '/guarded',
          authentication: { kind: 'app', appCode: 'header', signature: true, requireNonce: false, forwardCredentials: false },
        },
      ]),
      policies: [{ name: 'headers', config: { response: { remove: [], set: { 'X-Added': 'yes' }, add: {} } } }],
    },
    { ...revision('secret', '/secret', [route]), policies: [cors] },
    revision('inner', '/pets-api/inner', [route]),
    revision('taken', '/mine', [route]),
    revision('root', '', [route]),
  ],
  publications: [
    { fingerprint: 'a', revision: 'pets@1', environment: 'test', variables: {} },
    { fingerprint: 'b', revision: 'secret@1', environment: 'production', variables: {} },
    { fingerprint: 'c', revision: 'inner@1', environment: 'test', variables: {} },
    { fingerprint: 'd', revision: 'taken@1', environment: 'test', variables: {} },
    { fingerprint: 'e', revision: 'root@1', environment: 'production', variables: {} },
  ],
  domains: [
    { host: 'secret.example.com', mappings: [{ path: '', api: 'secret', environment: 'production' }] },
    { host: 'shop.example.com', mappings: [{ path: 'v1', api: 'pets', environment: 'test' }] },
  ],
  policies: [],
  errorProfile: 'problem',
  timeouts: {},
};
