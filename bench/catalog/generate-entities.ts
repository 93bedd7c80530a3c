import { type Entity, relationsOf } from '../../packages/catalog/src/model/index.ts';
import type { EntityWrite } from '../../packages/catalog/src/store/catalog-store.ts';

const OPERATIONS = 20;
const NOUNS = ['order', 'invoice', 'booking', 'hotel', 'flight', 'payment', 'voucher', 'customer', 'review', 'route', 'seat', 'refund'];
const QUALITIES = ['public', 'internal', 'partner', 'legacy', 'mobile', 'batch', 'search', 'pricing', 'loyalty', 'fraud'];
const VERBS = ['list', 'find', 'create', 'update', 'cancel', 'confirm', 'price', 'export'];
const METHODS = ['get', 'post', 'put', 'delete', 'patch'];

/** `count` entities of a company: half of them APIs with definitions of twenty operations; the same ones for the same seed. */
export function generateEntities(count: number, seed = 1): EntityWrite[] {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const teams = Math.max(5, Math.floor(count / 200));
  const systems = Math.max(5, Math.floor(count / 50));
  const users = Math.floor(count / 20);
  const apis = Math.floor(count / 2);
  const components = count - apis - teams - systems - users;
  const team = () => `team-${Math.floor(random() * teams)}`;
  const writes: EntityWrite[] = [];
  const add = (kind: string, name: string, metadata: Record<string, unknown>, spec: Record<string, unknown>) => {
    const target = `https://git.example.com/${name}/blob/main/catalog-info.yaml`;
    const annotations = {
      'backstage.io/managed-by-location': `url:${target}`,
      'backstage.io/managed-by-origin-location': `url:${target}`,
      'backstage.io/source-location': `url:https://git.example.com/${name}/tree/main/`,
      'git.example.com/project-slug': `company/${name}`,
    };
    const entity: Entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name, namespace: 'default', annotations, ...metadata },
      spec,
    };
    const { relations = [] } = relationsOf(entity);
    writes.push({ entity, relations, source: `url:${target}`, locationKey: `url:${target}` });
  };
  for (let at = 0; at < teams; at++) add('Group', `team-${at}`, { title: `Team ${at}` }, { type: 'team', children: [] });
  for (let at = 0; at < users; at++) {
    add('User', `user-${at}`, {}, { profile: { displayName: `User ${at}`, email: `user-${at}@example.com` }, memberOf: [team()] });
  }
  for (let at = 0; at < systems; at++) add('System', `system-${at}`, { description: `System number ${at}` }, { owner: team() });
  const describe = (name: string) => ({
    title: name.split('-').join(' '),
    description: `The ${name} of ${pick(QUALITIES)} ${pick(NOUNS)}s, which ${pick(VERBS)}s each ${pick(NOUNS)} once`,
    tags: [pick(QUALITIES), pick(NOUNS), pick(['java', 'go', 'node', 'python'])].filter((tag, index, tags) => tags.indexOf(tag) === index),
  });
  for (let at = 0; at < apis; at++) {
    const name = `${pick(QUALITIES)}-${pick(NOUNS)}-api-${at}`;
    const spec = { type: 'openapi', lifecycle: pick(['production', 'experimental', 'deprecated']), owner: team() };
    const definition = createDefinition(name, at, pick);
    add('API', name, describe(name), { ...spec, system: `system-${Math.floor(random() * systems)}`, definition });
  }
  const apiNames = writes.filter(({ entity }) => entity.kind === 'API').map(({ entity }) => entity.metadata.name);
  for (let at = 0; at < components; at++) {
    const name = `${pick(QUALITIES)}-${pick(NOUNS)}-service-${at}`;
    const spec = { type: pick(['service', 'website', 'library']), lifecycle: pick(['production', 'experimental']), owner: team() };
    const providesApis = at < apiNames.length ? [apiNames[at]] : [];
    const consumesApis = [pick(apiNames), pick(apiNames)];
    add('Component', name, describe(name), { ...spec, system: `system-${Math.floor(random() * systems)}`, providesApis, consumesApis });
  }
  return writes;
}

function createDefinition(name: string, number: number, pick: <Item>(items: readonly Item[]) => Item): string {
  const paths: Record<string, Record<string, unknown>> = {};
  for (let at = 0; at < OPERATIONS; at++) {
    const [verb, noun] = [pick(VERBS), pick(NOUNS)];
    const path = `/${noun}s/{id}/${verb}-${number % 1_000}-${at}`;
    paths[path] = {
      [pick(METHODS)]: {
        operationId: `${verb}${noun}${number}x${at}`,
        summary: `${verb} the ${noun} of a ${pick(NOUNS)}`,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'The answer', content: { 'application/json': { schema: { type: 'object' } } } } },
      },
    };
  }
  return JSON.stringify({ openapi: '3.0.3', info: { title: name, version: '1.0.0' }, paths });
}

/** mulberry32: small, seeded, good enough for data. */
export function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
