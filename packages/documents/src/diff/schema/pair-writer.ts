import type { Facts } from '../change-log.ts';
import type { Direction } from '../rules/rule.ts';
import type { Finding } from './pair-node.ts';
import type { Schema } from './schema-view.ts';

/** Takes what a comparison of two schemas finds. */
export interface PairWriter {
  readonly direction: Direction;
  find(rule: Finding['rule'], facts: Facts, at?: string): void;
  /** The two schemas below these that describe the same value, and the step there from this value; empty: it is this value. */
  descend(step: string, before: Schema, after: Schema): void;
}
