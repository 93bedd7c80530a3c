/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export type Random = () => number;

export function createRandom(seed: number): Random {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Json = Record<string, unknown>;

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const SPECS: Record<string, Json> = {
  API: { type: 'openapi', lifecycle: 'production', owner: 'team-a', system: 'shop', definition: 'openapi: 3.0.0' },
  Component: {
    type: 'service',
    lifecycle: 'production',
    owner: 'user:default/jane',
    system: 'shop',
    subcomponentOf: 'other',
    providesApis: ['a', 'api:ns/b'],
    consumesApis: [],
    dependsOn: ['resource:db'],
    dependencyOf: ['component:x'],
  },
  System: { owner: 'team-a', domain: 'sales', type: 'product' },
  Domain: { owner: 'team-a', subdomainOf: 'company', type: 'bundle' },
  Resource: { type: 'database', owner: 'team-a', dependsOn: ['component:x'], system: 'shop' },
  Group: { type: 'team', profile: { displayName: 'A', email: 'a@b.c', picture: 'x' }, parent: 'root', children: ['b'], members: ['jane'] },
  User: { profile: { displayName: 'Jane' }, memberOf: ['team-a'] },
  Location: { type: 'url', target: 'https://a/b.yaml', targets: ['./c.yaml'], presence: 'optional' },
  AiResource: { type: 'prompt', lifecycle: 'production', owner: 'team-a' },
};

/** A document that Backstage accepts, with some of what it allows. */
export function validDocument(random: Random): Json {
  const kind = pick(random, Object.keys(SPECS));
  const metadata: Json = { name: pick(random, ['a', 'Petstore', 'a--b', 'a_b.c-d', 'x'.repeat(63), '9']) };
  if (random() < 0.5) metadata.namespace = pick(random, ['default', 'team-a', 'a--b', '1']);
  if (random() < 0.5) metadata.title = 'A title';
  if (random() < 0.5) metadata.description = pick(random, ['', 'Text\nof lines']);
  if (random() < 0.5) metadata.labels = { 'example.com/tier': 'Gold', plain: '' };
  if (random() < 0.5) metadata.annotations = { 'backstage.io/managed-by-location': 'url:https://a', any: 'any text at all' };
  if (random() < 0.5) metadata.tags = ['java', 'c++', 'a:b', 'c#-x'];
  if (random() < 0.5) metadata.links = [{ url: 'https://a.b', title: 'T', icon: 'x', type: 'y' }, { url: 'mailto:a@b.c' }];
  if (random() < 0.2) metadata.extra = { any: ['thing', 1, null] };
  const versions = kind === 'AiResource' ? ['backstage.io/v1alpha1'] : ['backstage.io/v1alpha1', 'backstage.io/v1beta1'];
  return { apiVersion: pick(random, versions), kind, metadata, spec: structuredClone(SPECS[kind]) };
}

const WRONG_VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  ' ',
  0,
  7,
  true,
  [],
  {},
  ['', 1],
  [{ a: 1 }],
  { '': 'x' },
  { 'a/b/c': 'x' },
  { A: 1 },
  { 'Upper.Case/x': 'y' },
  'Not Valid!',
  'UPPER',
  'a..b',
  '-a',
  'a-',
  'x'.repeat(64),
  'a/b',
  'backstage.io/v2',
  'Robot',
  'javascript:alert(1)',
  'no url',
];

const SPOTS: readonly string[][] = [
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ['spec'],
  ['relations'],
  ['status'],
  ['foreign'],
  ...['name', 'namespace', 'title', 'description', 'labels', 'annotations', 'tags', 'links', 'uid', 'etag'].map((key) => ['metadata', key]),
  ['metadata', 'labels', 'example.com/tier'],
  ['metadata', 'annotations', 'any'],
  ['metadata', 'tags', '1'],
  ['metadata', 'links', '0'],
  ...['url', 'title', 'icon', 'type'].map((key) => ['metadata', 'links', '0', key]),
];

/** The document with one spot of it replaced or removed, and a text that says which. Some replacements happen to be valid. */
export function breakInOnePlace(document: Json, random: Random): [broken: Json, what: string] {
  const broken = structuredClone(document);
  const specSpots = Object.keys((broken.spec ?? {}) as Json).map((key) => ['spec', key]);
  const path = random() < 0.4 ? pick(random, specSpots) : pick(random, SPOTS);
  const wrong = pick(
    random,
    WRONG_VALUES.map((value) => ({ value })),
  );
  let parent: Json = broken;
  for (const key of path.slice(0, -1)) {
    if (typeof parent[key] !== 'object' || parent[key] === null) parent[key] = {};
    parent = parent[key] as Json;
  }
  const last = path.at(-1) ?? '';
  if (wrong.value === undefined) delete parent[last];
  else parent[last] = structuredClone(wrong.value);
  return [broken, `${path.join('.')} = ${JSON.stringify(wrong.value)}`];
}
