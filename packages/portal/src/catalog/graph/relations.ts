import type { Entity } from '../entity.ts';
import type { GraphEdge } from './layout.ts';

/** Each relation is stored at both ends; this is the one that is drawn, and how it reads from left to right. */
const DRAWN: Record<string, string> = {
  ownedBy: 'owned by',
  partOf: 'part of',
  dependsOn: 'depends on',
  providesApi: 'provides',
  consumesApi: 'consumes',
  memberOf: 'member of',
  childOf: 'child of',
};
const INVERSE: Record<string, string> = {
  ownerOf: 'ownedBy',
  hasPart: 'partOf',
  dependencyOf: 'dependsOn',
  apiProvidedBy: 'providesApi',
  apiConsumedBy: 'consumesApi',
  hasMember: 'memberOf',
  parentOf: 'childOf',
};

/** The relations of one entity as edges, each in the direction in which it is drawn. */
export function edgesOf(ref: string, entity: Pick<Entity, 'relations'>): GraphEdge[] {
  return (entity.relations ?? []).flatMap(({ type, targetRef }) => {
    const inverse = INVERSE[type];
    if (inverse !== undefined) return [{ from: targetRef, to: ref, label: DRAWN[inverse] ?? inverse }];
    return [{ from: ref, to: targetRef, label: DRAWN[type] ?? type }];
  });
}

/** The same relation told from both of its ends is one edge. */
export function uniqueEdges(edges: readonly GraphEdge[]): GraphEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.label} ${edge.to}`, edge])).values()];
}
