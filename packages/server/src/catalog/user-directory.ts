import type { Catalog } from '@gatehouse/catalog';
import type { DirectoryGroup, DirectoryQuery, DirectoryUser, UserDirectory } from '@gatehouse/control';

/** Groups of one user, with those that they are in. */
const GROUPS_MAX = 500;
/** What is read of an entity. */
const FIELDS = ['metadata.name', 'metadata.namespace', 'spec.profile'];

type Index = Catalog['follower']['index'];

interface ReadEntity {
  metadata?: { name?: unknown; namespace?: unknown };
  spec?: { profile?: { displayName?: unknown; email?: unknown; picture?: unknown } };
}

/** The users of the catalog as it is in memory, with their groups and what these are in. */
export function createUserDirectory({ follower, reader }: Pick<Catalog, 'follower' | 'reader'>): UserDirectory {
  const read = async (index: Index, refs: readonly string[]) =>
    (await reader.read(index, refs, FIELDS)).map((text) => (text === undefined ? undefined : (JSON.parse(text) as ReadEntity)));

  async function toUser(index: Index, ref: string): Promise<DirectoryUser | undefined> {
    const groupRefs = groupsOf(index, ref);
    const [entity, ...groups] = await read(index, [ref, ...groupRefs]);
    if (entity === undefined) return undefined;
    const { displayName, email, picture } = entity.spec?.profile ?? {};
    return {
      ref,
      ...toName(ref, entity),
      displayName: text(displayName),
      email: text(email),
      picture: text(picture),
      groups: groupRefs.map((groupRef, at) => toName(groupRef, groups[at])),
    };
  }

  return {
    async find(query) {
      const { index } = follower;
      const users = await Promise.all(refsOf(index, query).map((ref) => toUser(index, ref)));
      return users.filter((user) => user !== undefined);
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
    if (refs.length < 2) refs.push(index.refOf(row));
  });
  return refs;
}

/** Groups that the user is a member of, and those around them, nearest first. Whether there is an entity for each does not matter. */
function groupsOf(index: Index, userRef: string): string[] {
  const found = new Set(targets(index, userRef, 'memberOf'));
  for (const group of found) {
    for (const parent of targets(index, group, 'childOf')) if (found.size < GROUPS_MAX) found.add(parent);
  }
  return [...found];
}

function targets(index: Index, ref: string, type: string): string[] {
  const row = index.rowOf(ref);
  if (row === undefined) return [];
  return index
    .relationsOf(row)
    .flatMap((relation) => (relation.type === type && relation.targetRef.startsWith('group:') ? relation.targetRef : []));
}

/** As the entity writes itself; what does not exist is known by its reference only. */
function toName(ref: string, entity: ReadEntity | undefined): DirectoryGroup {
  const rest = ref.slice(ref.indexOf(':') + 1);
  const slash = rest.indexOf('/');
  return {
    namespace: text(entity?.metadata?.namespace)?.toLowerCase() ?? rest.slice(0, slash),
    name: text(entity?.metadata?.name) ?? rest.slice(slash + 1),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
