import dagre from '@dagrejs/dagre';

export interface GraphNode {
  ref: string;
  title: string;
  kind: string;
  /** There is such an entity; else it is only referred to. */
  exists: boolean;
}

export interface GraphEdge {
  from: string;
  to: string;
  label: string;
}

export interface PlacedNode extends GraphNode {
  x: number;
  y: number;
}

export interface PlacedEdge extends GraphEdge {
  points: { x: number; y: number }[];
}

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 46;

/** Places a graph from left to right; sizes are pixels. */
export function layoutGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 96, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { ref } of nodes) graph.setNode(ref, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to, label } of edges) graph.setEdge(from, to, {}, label);
  dagre.layout(graph);
  const placed: PlacedNode[] = nodes.map((node) => {
    const { x, y } = graph.node(node.ref);
    return { ...node, x, y };
  });
  const drawn: PlacedEdge[] = edges.map((edge) => ({ ...edge, points: graph.edge(edge.from, edge.to, edge.label)?.points ?? [] }));
  const { width = 0, height = 0 } = graph.graph();
  return { nodes: placed, edges: drawn, width, height };
}
