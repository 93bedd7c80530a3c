import type { Direction } from '../rules/rule.ts';
import type { WorkBudget } from '../work-budget.ts';
import { compareContents, type Readers } from './compare-properties.ts';
import { compareValues } from './compare-values.ts';
import { compareVariants, isChoiceOnOneSide } from './compare-variants.ts';
import type { Finding, PairNode } from './pair-node.ts';
import type { Schema } from './schema-view.ts';

/** More schemas than the work budget lets anybody make; squared it is still an exact number. */
const IDS_MAX = 2 ** 26;
/** What a pair costs in time and memory, in keys. */
const PAIR_COST = 15;

interface Waiting {
  node: PairNode;
  before: Schema;
  after: Schema;
  direction: Direction;
}

/**
 * Compares schemas of two definitions. Each pair is compared once per direction, wherever and however often it is used: time is
 * bounded by the number of pairs, not by the number of ways to them, and circles end by themselves.
 */
export class SchemaComparison {
  readonly #readers: Readers;
  readonly #budget: WorkBudget;
  readonly #nodes: Record<Direction, Map<number, PairNode>> = { request: new Map(), response: new Map() };

  constructor(readers: Readers, budget: WorkBudget) {
    this.#readers = readers;
    this.#budget = budget;
  }

  /** Everything that differs between two schemas and what they contain, the shortest way to each; every pair is visited once. */
  *changes(before: Schema, after: Schema, direction: Direction): Generator<{ path: string; finding: Finding }> {
    const root = this.#compare(before, after, direction);
    if (!root.isChanged) return;
    const queue: { node: PairNode; path: string }[] = [{ node: root, path: '' }];
    const seen = new Set<PairNode>([root]);
    for (const { node, path } of queue) {
      const { findings = [], edges = [] } = node;
      this.#budget.spend(1 + edges.length);
      for (const finding of findings) yield { path: `${path}${finding.at ?? ''}`, finding };
      for (const { step, to } of edges) {
        if (!to.isChanged || seen.has(to)) continue;
        seen.add(to);
        // A way longer than any location that is shown need not grow on.
        queue.push({ node: to, path: path.length > 400 ? path : `${path}${step}` });
      }
    }
  }

  #compare(before: Schema, after: Schema, direction: Direction): PairNode {
    const waiting: Waiting[] = [];
    const root = this.#nodeOf(before, after, direction, waiting);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) this.#fill(next, waiting);
    return root;
  }

  #nodeOf(before: Schema, after: Schema, direction: Direction, waiting: Waiting[]): PairNode {
    const nodes = this.#nodes[direction];
    const key = before.id * IDS_MAX + after.id;
    let node = nodes.get(key);
    if (node === undefined) {
      this.#budget.spend(PAIR_COST);
      node = { isChanged: false };
      nodes.set(key, node);
      waiting.push({ node, before, after, direction });
    }
    return node;
  }

  #fill({ node, before, after, direction }: Waiting, waiting: Waiting[]): void {
    const pair = {
      direction,
      find: (rule: Finding['rule'], facts: Finding['facts'], at?: string) => {
        this.#budget.spend();
        node.findings ??= [];
        node.findings.push({ rule, facts, ...(at === undefined ? {} : { at }) });
      },
      descend: (step: string, one: Schema, other: Schema) => {
        this.#budget.spend();
        const to = this.#nodeOf(one, other, direction, waiting);
        if (to === node) return;
        node.edges ??= [];
        node.edges.push({ step, to });
        to.owners ??= [];
        to.owners.push(node);
        if (to.isChanged) markChanged(node);
      },
    };
    const one = this.#readers.before.view(before);
    const other = this.#readers.after.view(after);
    this.#budget.spend(sizeOf(one) + sizeOf(other));
    if (isChoiceOnOneSide(one, other)) {
      const alternatives = (schema: Schema, variants: readonly Schema[]) => (variants.length === 0 ? [schema] : variants);
      compareVariants(alternatives(before, one.variants), alternatives(after, other.variants), pair, this.#readers);
    } else if (compareValues(one, other, pair, this.#budget)) {
      compareContents(one, other, pair, this.#readers);
      if (one.variants.length + other.variants.length > 0) compareVariants(one.variants, other.variants, pair, this.#readers);
    }
    if (node.findings !== undefined) markChanged(node);
  }
}

function sizeOf({ properties, required, variants, enum: values }: ReturnType<Readers['before']['view']>): number {
  return properties.size + required.size + variants.length + (values?.size ?? 0);
}

/** Marks a node and all from which it can be reached. */
function markChanged(node: PairNode): void {
  if (node.isChanged) return;
  node.isChanged = true;
  const marked = [node];
  for (let next = marked.pop(); next !== undefined; next = marked.pop()) {
    for (const owner of next.owners ?? []) {
      if (owner.isChanged) continue;
      owner.isChanged = true;
      marked.push(owner);
    }
  }
}
