import type { ChangeLog, Facts } from '../change-log.ts';
import type { PlainRuleId } from '../rules/all-rules.ts';
import type { Direction } from '../rules/rule.ts';
import type { Readers } from '../schema/compare-properties.ts';
import type { SchemaComparison } from '../schema/schema-comparison.ts';
import type { Schema } from '../schema/schema-view.ts';
import type { WorkBudget } from '../work-budget.ts';
import type { Operation } from './operations.ts';

/** What the steps of one comparison share. */
export interface ComparisonContext {
  readonly log: ChangeLog;
  readonly budget: WorkBudget;
  readonly readers: Readers;
  readonly schemas: SchemaComparison;
}

/** Documentation that changed is one change per operation; so many places are named. */
const PLACES_MAX = 5;

/** One operation in both definitions, and where what differs in it goes. */
export class OperationPair {
  readonly before: Operation;
  readonly after: Operation;
  readonly context: ComparisonContext;
  readonly #documentation = new Set<string>();

  constructor(before: Operation, after: Operation, context: ComparisonContext) {
    this.before = before;
    this.after = after;
    this.context = context;
  }

  add(rule: PlainRuleId, location: string, facts?: Facts): void {
    this.context.log.add(rule, this.after.name, location, facts);
  }

  documentationChanged(where: string): void {
    this.#documentation.add(where);
  }

  /** Adds everything that differs between two schemas; locations begin with the one given. */
  compareSchemas(before: Schema, after: Schema, direction: Direction, location: string): void {
    const { log, schemas } = this.context;
    for (const { path, finding } of schemas.changes(before, after, direction)) {
      const where = path === '' ? location : `${location} ${path}`;
      if (finding.rule === 'documentation') this.documentationChanged(where);
      else log.add(`${direction}-${finding.rule}`, this.after.name, where, finding.facts);
    }
  }

  finish(): void {
    const places = [...this.#documentation];
    if (places.length === 0) return;
    const more = places.length > PLACES_MAX ? ` and ${places.length - PLACES_MAX} more` : '';
    this.add('documentation-changed', 'operation', { name: `${places.slice(0, PLACES_MAX).join(', ')}${more}` });
  }
}
