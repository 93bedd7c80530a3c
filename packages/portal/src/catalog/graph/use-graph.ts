import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { parseEntityRef } from '../../search/entity-ref.ts';
import { type Entity, refOf } from '../entity.ts';
import { entitiesByRefsQuery } from '../server/entities-by-refs.ts';
import { type GraphEdge, type GraphNode, layoutGraph } from './layout.ts';
import { edgesOf, uniqueEdges } from './relations.ts';

/** More than that nobody can read. */
export const NODES_MAX = 60;

/** What a team owns and who is in it would bury what one looks for. */
const FANS = ['ownerOf', 'hasMember'];

/** The entities around one, as far as `steps` relations lead, placed for drawing. */
export function useGraph(root: Entity, steps: 1 | 2) {
  const rootRef = refOf(root);
  const near = neighbours([root]);
  const first = useQuery(entitiesByRefsQuery(near.slice(0, NODES_MAX)));
  const known = present(first.data);
  const far = steps === 1 ? [] : neighbours(known, FANS).filter((ref) => ref !== rootRef && !near.includes(ref));
  const second = useQuery({ ...entitiesByRefsQuery(far.slice(0, NODES_MAX)), enabled: first.isSuccess && far.length > 0 });
  const graph = useMemo(() => {
    const entities = [root, ...present(first.data), ...(steps === 2 ? present(second.data) : [])];
    return place(entities, neighbours([root]), rootRef);
  }, [root, rootRef, first.data, second.data, steps]);
  return { ...graph, rootRef, isPending: first.isPending || (far.length > 0 && second.isPending), error: first.error ?? second.error };
}

function place(entities: readonly Entity[], near: readonly string[], rootRef: string) {
  const byRef = new Map(entities.map((entity) => [refOf(entity), entity]));
  const refs = [...new Set([rootRef, ...near, ...byRef.keys()])];
  const kept = new Set(refs.slice(0, NODES_MAX));
  const nodes: GraphNode[] = [...kept].map((ref) => {
    const entity = byRef.get(ref);
    const parts = parseEntityRef(ref);
    return {
      ref,
      title: entity?.metadata.title ?? entity?.metadata.name ?? parts?.name ?? ref,
      kind: entity?.kind ?? parts?.kind ?? '',
      exists: entity !== undefined,
    };
  });
  const edges: GraphEdge[] = uniqueEdges([...byRef].flatMap(([ref, entity]) => edgesOf(ref, entity))).filter(
    ({ from, to }) => kept.has(from) && kept.has(to),
  );
  return { ...layoutGraph(nodes, edges), left: refs.length - kept.size };
}

const present = (entities: readonly (Entity | null)[] | undefined) => (entities ?? []).filter((entity) => entity !== null);

function neighbours(entities: readonly Entity[], but: readonly string[] = []): string[] {
  return [
    ...new Set(
      entities.flatMap(({ relations = [] }) => relations.filter(({ type }) => !but.includes(type)).map(({ targetRef }) => targetRef)),
    ),
  ];
}
