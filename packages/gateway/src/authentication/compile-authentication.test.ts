import type { RouteAuthentication, RouteSnapshot, Snapshot } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import { compileNow } from '../compile/compile-snapshot.ts';
import { createTestServices } from '../policies/test-exchange.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { UpstreamRegistry } from '../upstream/upstream-registry.ts';

const APP: RouteAuthentication = {
  kind: 'app',
  appCode: 'header-and-query',
  signature: true,
  requireNonce: false,
  forwardCredentials: false,
};
const BY_PRINCIPAL = { name: 'rate-limit', config: { limit: 1, window: 1000, algorithm: 'fixed-window', by: 'principal' } };

function compile(api: { authentication?: unknown; policies?: Snapshot['policies'] }, routes: Partial<RouteSnapshot>[]) {
  const upstreams = new UpstreamRegistry({
    states: TargetStates.create(8, 1, Date.now()),
    deadlines: new Deadlines(),
    events: { retried() {}, ejected() {} },
    slotOf: () => 0,
  });
  const snapshot = {
    format: 1,
    number: 1,
    hash: '',
    environments: ['test'],
    defaultEnvironment: 'test',
    backends: [],
    revisions: [
      {
        id: 'pets@1',
        api: 'pets',
        basePath: '/',
        errorProfile: 'problem',
        timeouts: {},
        policies: [],
        ...api,
        routes: routes.map((route, index) => ({
          method: 'GET',
          path: `/r${index}`,
          integration: { kind: 'mock', status: 200, headers: {}, bodies: [] },
          policies: [],
          ...route,
        })),
      },
    ],
    publications: [{ fingerprint: 'a', revision: 'pets@1', environment: 'test', variables: {} }],
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  } as unknown as Snapshot;
  const { compiled, problems } = compileNow({ snapshot, services: createTestServices(), upstreams: upstreams.stage(), previous: null });
  const steps = routes.map((_, index) => {
    const found: { route: unknown; params: readonly string[] } = { route: null, params: [] };
    compiled?.publications[0]?.routes.find('GET', `/r${index}`, 0, found as never);
    return (found.route as { requestSteps: { policy: string }[] } | null)?.requestSteps.map(({ policy }) => policy);
  });
  return { steps, codes: problems.map(({ code }) => code), messages: problems.map(({ message }) => message) };
}

describe('authentication', () => {
  test('is the first step of every route of the API that does not say otherwise', () => {
    const { steps, codes } = compile({ authentication: APP, policies: [BY_PRINCIPAL] }, [
      {},
      { policies: [{ name: 'request-size', config: { bytes: 10 } }] },
    ]);
    expect(codes).toEqual([]);
    expect(steps).toEqual([
      ['authentication', 'rate-limit'],
      ['authentication', 'rate-limit', 'request-size'],
    ]);
  });

  test('is what a route says: its own, or none although its API has one', () => {
    const { steps } = compile({ authentication: APP }, [{}, { authentication: null }]);
    expect(steps).toEqual([['authentication'], []]);
    expect(compile({}, [{}, { authentication: APP }]).steps).toEqual([[], ['authentication']]);
  });

  test('is what a limit by caller needs: one on an open route is an error', () => {
    const { codes, messages } = compile({ authentication: APP, policies: [BY_PRINCIPAL] }, [{}, { authentication: null }]);
    expect(codes).toEqual(['policy.fact-missing']);
    expect(messages[0]).toContain('auth: app');
  });

  test('of a kind that this gateway does not know is an error: nothing is served open instead', () => {
    expect(compile({ authentication: { kind: 'jwt' } }, [{}]).codes).toEqual(['authentication.invalid']);
    expect(compile({}, [{ authentication: { ...APP, kind: 'mtls' } as unknown as RouteAuthentication }]).codes).toEqual([
      'authentication.invalid',
    ]);
    expect(compile({ authentication: { ...APP, appCode: 'disabled', signature: false } }, [{}]).codes).toEqual(['authentication.invalid']);
  });
});
