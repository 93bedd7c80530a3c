import type { BackendDefinition, PackedSnapshot, ServiceDefinition, Snapshot, TargetDefinition } from '@gatehouse/contract';
import { expect, onTestFinished, test } from 'vitest';
import { SnapshotPacker } from '../compile/pack-snapshot.ts';
import { ServiceDiscovery } from './service-discovery.ts';

const PETS: ServiceDefinition = { name: '_http._tcp.pets.test', record: 'srv', https: false, refreshMs: 5 };
const ONE: TargetDefinition = { url: 'http://10.0.0.1:8080', weight: 1 };
const TWO: TargetDefinition = { url: 'http://10.0.0.2:8080', weight: 1 };

const definition: BackendDefinition = {
  targets: [],
  loadBalancing: 'round-robin',
  timeouts: {},
  retry: { attempts: 0, budget: 0 },
  ejection: { failures: 0, durationMs: 0, shareMax: 0 },
  connectionsMax: 1,
  hostHeader: 'target',
};

/** `pets` is found by a service in test, `fixed` is where it is; an API on each. */
function packedSnapshot(): PackedSnapshot {
  const api = (name: string): Snapshot['revisions'][number] => ({
    id: name,
    api: name,
    basePath: `/${name}`,
    errorProfile: 'problem',
    timeouts: {},
    policies: [],
    routes: [
      { method: 'GET', path: '/', policies: [], integration: { kind: 'http', backend: `id-${name}`, passThrough: true, parameters: [] } },
    ],
  });
  const snapshot: Snapshot = {
    format: 1,
    number: 1,
    hash: 'hash',
    environments: ['test'],
    defaultEnvironment: 'test',
    backends: [
      { id: 'id-pets', name: 'pets', type: 'service-discovery', environments: { test: { ...definition, service: PETS } } },
      { id: 'id-fixed', name: 'fixed', type: 'http', environments: { test: { ...definition, targets: [TWO] } } },
    ],
    revisions: [api('pets'), api('fixed')],
    publications: ['pets', 'fixed'].map((name) => ({ fingerprint: name, revision: name, environment: 'test', variables: {} })),
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  };
  const { packed, problems } = new SnapshotPacker().pack(snapshot);
  if (packed === undefined) throw new Error(JSON.stringify(problems));
  return packed;
}

/** `answers`, one after the other, the last again and again; an error is a DNS that does not answer. */
function discover(answers: (TargetDefinition[] | Error)[], firstWaitMs = 1_000) {
  const changes: (() => void)[] = [];
  const logged: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const discovery = new ServiceDiscovery({
    find: async () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing');
      return { targets: answer, ttlMs: null };
    },
    changed: () => {
      for (const told of changes.splice(0)) told();
    },
    log: { info: log, warn: log },
    firstWaitMs,
  });
  onTestFinished(() => discovery.stop());
  return { discovery, logged, changed: () => new Promise<void>((resolve) => changes.push(resolve)) };
}

const targetsIn = ({ head }: PackedSnapshot) => head.backends.map(({ environments }) => environments.test?.targets);
const fingerprintsOf = ({ head }: PackedSnapshot) => head.publications.map(({ fingerprint }) => fingerprint);

test('a snapshot gets the targets that are found, and what is on other backends is the same publication', async () => {
  const { discovery } = discover([[ONE]]);
  const filled = await discovery.fill(packedSnapshot());
  expect(targetsIn(filled)).toEqual([[ONE], [TWO]]);
  expect(filled.targets.map(({ id }) => id)).toEqual([`id-fixed|test|${TWO.url}`, `id-pets|test|${ONE.url}`]);
  expect(fingerprintsOf(filled)).toEqual([expect.stringMatching(/^pets\+/), 'fixed']);
  const fixed = { ...packedSnapshot(), head: { ...packedSnapshot().head, backends: packedSnapshot().head.backends.slice(1) } };
  expect(await discovery.fill(fixed)).toBe(fixed);
});

test('other targets are told of once, and are another publication; the same ones again are not', async () => {
  const { discovery, changed } = discover([[ONE], [ONE], [ONE, TWO]]);
  const packed = packedSnapshot();
  const told = changed();
  const first = await discovery.fill(packed);
  await told;
  const second = await discovery.fill(packed);
  expect(targetsIn(second)[0]).toEqual([ONE, TWO]);
  expect(fingerprintsOf(second)[0]).not.toBe(fingerprintsOf(first)[0]);
});

test('the last targets stay in use while nobody can be asked, which is said once', async () => {
  const { discovery, logged, changed } = discover([[ONE], new Error('timeout'), new Error('timeout'), new Error('timeout'), [TWO]]);
  const packed = packedSnapshot();
  const told = changed();
  await discovery.fill(packed);
  await told;
  expect(logged).toEqual([
    'A service is not found; the last targets stay in use',
    'A service is found again',
    'The targets of a service changed',
  ]);
});

test('a snapshot does not wait long for DNS that does not answer, and what it says later is told', async () => {
  const late = Promise.withResolvers<TargetDefinition[]>();
  const told = Promise.withResolvers<void>();
  const discovery = new ServiceDiscovery({
    find: async () => ({ targets: await late.promise, ttlMs: null }),
    changed: () => told.resolve(),
    log: { info: () => undefined, warn: () => undefined },
    firstWaitMs: 1,
  });
  onTestFinished(() => discovery.stop());
  expect(targetsIn(await discovery.fill(packedSnapshot()))[0]).toEqual([]);
  late.resolve([ONE]);
  await told.promise;
  expect(targetsIn(await discovery.fill(packedSnapshot()))[0]).toEqual([ONE]);
});
