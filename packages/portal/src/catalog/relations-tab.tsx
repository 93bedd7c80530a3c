import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconAffiliate } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { entityPath } from '../search/entity-ref.ts';
import { Failed } from '../ui/failed.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { useUrlState } from '../ui/use-url-state.ts';
import type { Entity } from './entity.ts';
import { NODE_HEIGHT, NODE_WIDTH, type PlacedEdge, type PlacedNode } from './graph/layout.ts';
import { useGraph } from './graph/use-graph.ts';
import classes from './relations-tab.module.css';
import { TabLoading } from './tab-loading.tsx';

const TITLE_CHARS = 25;

/** What an entity is connected with, as a picture that can be walked through. */
export function RelationsTab({ entity }: { entity: Entity }) {
  const [{ steps }, setUrl] = useUrlState();
  const graph = useGraph(entity, steps === '2' ? 2 : 1);
  if (graph.error !== null) return <Failed error={graph.error} />;
  if (graph.isPending && graph.nodes.length <= 1) return <TabLoading />;
  if (graph.nodes.length <= 1) return <Nothing icon={IconAffiliate} title="Nothing is connected with it" />;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="How far"
          value={steps === '2' ? '2' : '1'}
          onChange={(value) => setUrl({ steps: value === '2' ? '2' : undefined })}
          data={[
            { value: '1', label: 'Next to it' },
            { value: '2', label: 'One step further' },
          ]}
        />
        {graph.left > 0 && <Text c="dimmed">{graph.left} more are not drawn</Text>}
      </Group>
      <section className={classes.frame} aria-label={`Relations of ${entity.metadata.title ?? entity.metadata.name}`}>
        <svg className={classes.graph} width={graph.width} height={graph.height} viewBox={`0 0 ${graph.width} ${graph.height}`}>
          <title>Relations</title>
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M0 0 8 4 0 8z" fill="var(--text-quiet)" />
            </marker>
          </defs>
          {graph.edges.map((edge) => (
            <Edge key={`${edge.from} ${edge.label} ${edge.to}`} edge={edge} />
          ))}
          {graph.nodes.map((node) => (
            <Node key={node.ref} node={node} root={node.ref === graph.rootRef} />
          ))}
        </svg>
      </section>
    </Stack>
  );
}

function Edge({ edge: { points, label } }: { edge: PlacedEdge }) {
  if (points.length < 2) return null;
  const middle = points[Math.floor(points.length / 2)];
  return (
    <g aria-hidden>
      <path className={classes.edge} d={curve(points)} markerEnd="url(#arrow)" />
      {middle !== undefined && (
        <text className={classes.edgeLabel} x={middle.x} y={middle.y - 4} textAnchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}

/** A smooth line through the points of an edge. */
function curve(points: PlacedEdge['points']): string {
  return points.reduce((path, { x, y }, index) => {
    const before = points[index - 1];
    if (before === undefined) return `M${x} ${y}`;
    const middle = (before.x + x) / 2;
    return `${path}C${middle} ${before.y} ${middle} ${y} ${x} ${y}`;
  }, '');
}

function Node({ node, root }: { node: PlacedNode; root: boolean }) {
  const { ref, title, kind, exists, x, y } = node;
  const shown = title.length > TITLE_CHARS ? `${title.slice(0, TITLE_CHARS - 1)}…` : title;
  const box = (
    <>
      <title>{`${title}, ${kind} (${exists ? ref : `${ref}, not in the catalog`})`}</title>
      <rect className={classes.box} x={x - NODE_WIDTH / 2} y={y - NODE_HEIGHT / 2} width={NODE_WIDTH} height={NODE_HEIGHT} rx={7} />
      <text className={classes.title} x={x - NODE_WIDTH / 2 + 12} y={y - 3}>
        {shown}
      </text>
      <text className={classes.kind} x={x - NODE_WIDTH / 2 + 12} y={y + 13}>
        {exists ? kind : `${kind}, not in the catalog`}
      </text>
    </>
  );
  const path = entityPath(ref, 'relations');
  if (root || !exists || path === undefined) return <g className={root ? classes.root : classes.missing}>{box}</g>;
  return (
    <Link to={path} className={classes.node}>
      {box}
    </Link>
  );
}
