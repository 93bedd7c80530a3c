import type { Snapshot } from '@gatehouse/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileNow } from '../compile/compile-snapshot.ts';
import { Gateway } from '../gateway.ts';
import { createTestServices } from '../policies/test-exchange.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { DebugRequestError, debugExchange } from './debug-exchange.ts';

describe('a request that is debugged', () => {
  let gateway: Gateway;
  const records: number[] = [];

  beforeAll(() => {
    const upstreams = new UpstreamRegistry({
      states: TargetStates.create(8, 1, Date.now()),
      deadlines: new Deadlines(),
      events: { retried() {}, ejected() {} },
      slotOf: () => 0,
    });
    const { compiled, problems } = compileNow({
      snapshot: SNAPSHOT,
      services: createTestServices(),
      upstreams: upstreams.stage(),
      previous: null,
    });
    if (compiled === undefined) throw new Error(JSON.stringify(problems));
    gateway = new Gateway({
      isTrusted: null,
      bodyBytesMax: 0,
      record: (exchange) => records.push(exchange.status),
      refused() {},
      log: {
        failed(_exchange, _what, error) {
          throw error;
        },
      },
    });
    gateway.swap(compiled);
  });

  it('tells what each step did with it, and stands in the log like every other', async () => {
    const { response, trace, backendRequest } = await debugExchange(gateway, {
      api: 'pets',
      environment: 'test',
      app: null,
      request: { method: 'GET', path: '/pets/7', query: { a: ['1', '2'] } },
    });
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
    expect(records).toContain(200);
  });

  it('names the policy that refuses it, and why', async () => {
    const call = { api: 'pets', environment: 'test', app: null, request: { method: 'GET', path: '/closed' } };
    const { response, trace } = await debugExchange(gateway, call);
    expect(response.status).toBe(403);
    expect(trace.find(({ outcome }) => outcome === 'refused')).toMatchObject({ step: 'request:ip-restriction' });
  });

  it('is answered as a caller would be where nothing is published', async () => {
    const call = { api: 'pets', environment: 'production', app: null, request: { method: 'GET', path: '/pets/7' } };
    const { response, trace } = await debugExchange(gateway, call);
    expect(response.status).toBe(404);
    expect(trace[0]).toMatchObject({ step: 'route', outcome: 'refused' });
  });

  it('is refused when it could not stand on the wire', async () => {
    const request = { method: 'GET', path: '/pets/7', headers: { 'x-a': 'b\r\nX-Evil: 1' } };
    await expect(debugExchange(gateway, { api: 'pets', environment: 'test', app: null, request })).rejects.toBeInstanceOf(
      DebugRequestError,
    );
  });
});

const mock = {
  kind: 'mock' as const,
  status: 200,
  headers: {},
  bodies: [{ contentType: 'application/json', text: '{"id":7}' }],
};

const SNAPSHOT: Snapshot = {
  format: 1,
  number: 1,
  hash: '',
  environments: ['test', 'production'],
  defaultEnvironment: 'production',
  backends: [],
  revisions: [
    {
      id: 'pets@1',
      api: 'pets',
      basePath: '/pets-api',
      errorProfile: 'problem',
      timeouts: {},
      policies: [{ name: 'headers', config: { response: { remove: [], set: { 'X-Added': 'yes' }, add: {} } } }],
      routes: [
        { method: 'GET', path: '/pets/{id}', integration: mock, policies: [] },
        {
          method: 'GET',
          path: '/closed',
          integration: mock,
          policies: [{ name: 'ip-restriction', config: { deny: ['0.0.0.0/0'], allow: [] } }],
        },
      ],
    },
  ],
  publications: [{ fingerprint: 'a', revision: 'pets@1', environment: 'test', variables: {} }],
  domains: [],
  policies: [],
  errorProfile: 'problem',
  timeouts: {},
};
