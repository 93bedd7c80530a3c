import { expect, test } from 'vitest';
import { layoutGraph } from './layout.ts';
import { edgesOf, uniqueEdges } from './relations.ts';

test('a relation that both ends tell of is drawn once, in one direction', () => {
  const edges = uniqueEdges([
    ...edgesOf('api:default/a', { relations: [{ type: 'apiProvidedBy', targetRef: 'component:default/c' }] }),
    ...edgesOf('component:default/c', { relations: [{ type: 'providesApi', targetRef: 'api:default/a' }] }),
  ]);
  expect(edges).toEqual([{ from: 'component:default/c', to: 'api:default/a', label: 'provides' }]);
});

test('every node of a graph gets a place, also in a circle', () => {
  const node = (ref: string) => ({ ref, title: ref, kind: 'API', exists: true });
  const placed = layoutGraph(
    [node('a'), node('b'), node('c')],
    [
      { from: 'a', to: 'b', label: 'depends on' },
      { from: 'b', to: 'a', label: 'depends on' },
    ],
  );
  expect(placed.nodes.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  expect(placed.edges.every(({ points }) => points.length > 1)).toBe(true);
});
