import { ANNOTATION_ORIGIN_LOCATION, ANNOTATION_ORPHAN, type Catalog, type Entity } from '@gatehouse/catalog';
import type { DirectoryGroup, DirectoryQuery, DirectoryUser, UserDirectory } from '@gatehouse/control';
import { Memberships } from './memberships.ts';

/** Groups of one user, with those that they are in. */
const GROUPS_MAX = 500;
/** Users that are read at a time while those that count are looked for. */
const BATCH = 100;
/** What is read of an entity. */
const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
  'spec.profile',
  'spec.memberOf',
  'spec.parent',
  'spec.children',
  'spec.members',
];

type Index = Catalog['follower']['index'];

export interface UserDirectoryOptions extends Pick<Catalog, 'follower' | 'reader'> {
  /** Whether the configuration names an origin itself (`createConfiguredOrigins`). */
  isConfigured(origin: string): boolean;
}

/**
 * The users of the catalog as it is in memory, with their groups and what these are in. Rights follow from them, so only entities count
 * whose origin the configuration names and whose source still has them: developers may push and register, and would otherwise put
 * themselves into any group.
 */
export function createUserDirectory({ follower, reader, isConfigured }: UserDirectoryOptions): UserDirectory {
  const memberships = new Memberships();

  /** Those that do not count are undefined, like those that there are not. */
  async function read(index: Index, refs: readonly string[]): Promise<(Entity | undefined)[]> {
    const texts = await reader.read(index, refs, FIELDS);
    return texts.map((text, at) => {
      if (text === undefined) return undefined;
      const entity = memberships.parse(refs[at] ?? '', text);
      const { [ANNOTATION_ORIGIN_LOCATION]: origin, [ANNOTATION_ORPHAN]: orphan } = entity.metadata.annotations ?? {};
      return orphan !== 'true' && typeof origin === 'string' && isConfigured(origin) ? entity : undefined;
    });
  }

  /** Groups that the user is a member of, and those around them, nearest first. Whether there is an entity for each does not matter. */
  async function groupsOf(index: Index, userRef: string, user: Entity): Promise<Map<string, Entity | undefined>> {
    const found = new Map<string, Entity | undefined>();
    let inner: [string, Entity | undefined][] = [[userRef, user]];
    for (let type = 'memberOf'; inner.length > 0; type = 'childOf') {
      const pairs = inner.flatMap(([ref, entity]) => targets(index, ref, type).map((group) => ({ ref, entity, group })));
      const refs = [...new Set(pairs.map(({ group }) => group))].filter((group) => !found.has(group)).slice(0, GROUPS_MAX);
      const groups = new Map((await read(index, refs)).map((entity, at) => [refs[at] ?? '', entity]));
      inner = [];
      for (const { ref, entity, group } of pairs) {
        if (found.has(group) || found.size >= GROUPS_MAX || !groups.has(group)) continue;
        const around = groups.get(group);
        // The catalog knows the relation; who says it decides whether it counts.
        if (!memberships.says(entity, ref, type, group) && !memberships.says(around, ref, type, group)) continue;
        found.set(group, around);
        inner.push([group, around]);
      }
    }
    return found;
  }

  async function toUser(index: Index, ref: string, entity: Entity): Promise<DirectoryUser> {
    const { displayName, email, picture } = (entity.spec?.profile ?? {}) as Record<string, unknown>;
    return {
      ref,
      ...toName(ref, entity),
      displayName: text(displayName),
      email: text(email),
      picture: text(picture),
      groups: [...(await groupsOf(index, ref, entity))].map(([groupRef, group]) => toName(groupRef, group)),
    };
  }

  return {
    async find(query) {
      const { index } = follower;
      const refs = refsOf(index, query);
      const users: DirectoryUser[] = [];
      // Two are enough to know that it is not clear who is meant; any number of others may stand before them that do not count.
      for (let at = 0; at < refs.length && users.length < 2; at += BATCH) {
        const batch = refs.slice(at, at + BATCH);
        for (const [place, entity] of (await read(index, batch)).entries()) {
          if (entity !== undefined && users.length < 2) users.push(await toUser(index, batch[place] ?? '', entity));
        }
      }
      return users;
    },
  };
}

function refsOf(index: Index, query: DirectoryQuery): string[] {
  if ('ref' in query) {
    const ref = query.ref.toLowerCase();
    return ref.startsWith('user:') && index.rowOf(ref) !== undefined ? [ref] : [];
  }
  const [key, value] = 'email' in query ? ['spec.profile.email', query.email] : [`metadata.annotations.${query.annotation}`, query.value];
  const refs: string[] = [];
  const rows = index.select({
    all: [
      { key: 'kind', values: ['user'] },
      { key: key.toLowerCase(), values: [value.toLowerCase()] },
    ],
  });
  rows.forEach((row) => {
    refs.push(index.refOf(row));
  });
  return refs;
}

function targets(index: Index, ref: string, type: string): string[] {
  const row = index.rowOf(ref);
  if (row === undefined) return [];
  return index
    .relationsOf(row)
    .flatMap((relation) => (relation.type === type && relation.targetRef.startsWith('group:') ? relation.targetRef : []));
}

/** As the entity writes itself; what does not exist is known by its reference only. */
function toName(ref: string, entity: Entity | undefined): DirectoryGroup {
  const rest = ref.slice(ref.indexOf(':') + 1);
  const slash = rest.indexOf('/');
  return {
    namespace: text(entity?.metadata.namespace)?.toLowerCase() ?? rest.slice(0, slash),
    name: text(entity?.metadata.name) ?? rest.slice(slash + 1),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
