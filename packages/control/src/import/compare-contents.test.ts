import type { RouteAuthentication, RouteSnapshot } from '@gatehouse/contract';
import { gatewayRules } from '@gatehouse/documents';
import { expect, test } from 'vitest';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import { compareContents } from './compare-contents.ts';

const route: RouteSnapshot = {
  method: 'GET',
  path: '/pets',
  integration: { kind: 'http', backend: 'pets', passThrough: true, parameters: [] },
  policies: [],
};

const app: RouteAuthentication = {
  kind: 'app',
  appCode: 'header-and-query',
  signature: true,
  requireNonce: false,
  forwardCredentials: false,
};

function content(revision: Partial<RevisionContent['revision']> = {}, variables: RevisionContent['variables'] = {}): RevisionContent {
  return {
    revision: { api: 'petstore', basePath: '/', errorProfile: 'problem', timeouts: {}, policies: [], routes: [route], ...revision },
    variables,
  };
}

const withRoute = (changes: Partial<RouteSnapshot>) => content({ routes: [{ ...route, ...changes }] });
const elsewhere = { ...route.integration, backend: 'other' } as RouteSnapshot['integration'];

/** What each edit is told as; `!` breaks callers. */
const records: [string, RevisionContent, RevisionContent, string[]][] = [
  ['nothing', content(), content(), []],
  ['another base path', content(), content({ basePath: '/v2' }), ['!base-path-changed']],
  ['its own domains only', content(), content({ domainsOnly: true }), ['!domains-only-set']],
  ['not its own domains only', content({ domainsOnly: true }), content(), ['domains-only-lifted']],
  ['credentials', content(), content({ authentication: app }), ['!authentication-added']],
  ['no credentials', content({ authentication: app }), content(), ['authentication-removed']],
  [
    'no AppCode in the query',
    content({ authentication: app }),
    content({ authentication: { ...app, appCode: 'header' } }),
    ['!authentication-narrowed'],
  ],
  ['a nonce', content({ authentication: app }), content({ authentication: { ...app, requireNonce: true } }), ['!authentication-narrowed']],
  [
    'credentials passed on',
    content({ authentication: app }),
    content({ authentication: { ...app, forwardCredentials: true } }),
    ['authentication-changed'],
  ],
  ['another form of errors', content(), content({ errorProfile: 'alibaba' }), ['error-profile-changed']],
  ['another team', content({ owner: 'pets' }), content({ owner: 'zoo' }), ['owner-changed']],
  ['timeouts of the API', content(), content({ timeouts: { responseMs: 5_000 } }), ['timeouts-changed']],
  [
    'timeouts of the operation',
    content(),
    withRoute({ integration: { ...route.integration, timeouts: { responseMs: 5_000 } } as RouteSnapshot['integration'] }),
    ['timeouts-changed'],
  ],
  ['a stage variable', content(), content({}, { test: { token: 'secret-value' } }), ['variables-changed']],
  ['another backend service', content(), withRoute({ integration: elsewhere }), ['backend-changed']],
  ['a mock', content(), withRoute({ integration: { kind: 'mock', status: 200, headers: {}, bodies: [] } }), ['integration-changed']],
  [
    'a policy',
    content(),
    withRoute({ policies: [{ name: 'headers', config: { request: { set: { 'x-key': 'secret-value' } } } }] }),
    ['policies-changed'],
  ],
];

test.each(records)('%s', (_, before, after, expected) => {
  const { changes, breaking } = compareContents(before, after);
  expect(changes.map((change) => `${change.breaking ? '!' : ''}${change.rule}`)).toEqual(expected);
  expect(breaking).toBe(expected.some((change) => change.startsWith('!')));
  // Values of variables and of policies may be secrets, and a diff is shown to whoever may see the API.
  expect(JSON.stringify(changes)).not.toContain('secret-value');
});

test('every rule of the gateway is shown by a record', () => {
  const shown = new Set(records.flatMap(([, before, after]) => compareContents(before, after).changes.map(({ rule }) => rule)));
  expect(Object.keys(gatewayRules).filter((rule) => !shown.has(rule))).toEqual([]);
});
