import type { Facts } from '../change-log.ts';
import type { SchemaRuleId } from '../rules/all-rules.ts';

/** Something that differs between two schemas themselves; what they contain is behind the edges. */
export interface Finding {
  /** `documentation`: collected per operation, not a rule of its own. */
  rule: SchemaRuleId | 'documentation';
  /** A property of the schemas, when the finding is about one. */
  at?: string;
  facts: Facts;
}

/** Two schemas, one of each definition, that describe the same value in one direction. */
export interface PairNode {
  findings?: Finding[];
  edges?: { step: string; to: PairNode }[];
  /** Nodes with an edge to this one. */
  owners?: PairNode[];
  /** Whether there is a finding here or anywhere that edges lead to. */
  isChanged: boolean;
}
