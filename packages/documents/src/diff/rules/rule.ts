/** One kind of difference that two definitions can have. */
export interface Rule {
  breaking: boolean;
  /** What happened, as a list for people marks it. */
  kind: ChangeKind;
  /** When the rule applies: its line in docs/breaking-changes.md. */
  when: string;
  /** The sentence for people; `{name}`, `{before}` and `{after}` are filled. */
  message: string;
}

export type ChangeKind = 'added' | 'removed' | 'changed';

/** Which way the described data goes: the same edit breaks a caller in one direction only. */
export type Direction = 'request' | 'response';

/** A kind of difference of schemas, from which a rule for each direction is made. */
export interface SchemaRule {
  kind: ChangeKind;
  /** The directions in which it breaks callers. */
  breaks: 'request' | 'response' | 'both' | 'neither';
  /** The only direction in which it can happen. */
  only?: Direction;
  when: string;
  message: string;
}

export function defineRules<Id extends string>(rules: Record<Id, Rule>): Readonly<Record<Id, Rule>> {
  return rules;
}

export function defineSchemaRules<Id extends string>(rules: Record<Id, SchemaRule>): Readonly<Record<Id, SchemaRule>> {
  return rules;
}
