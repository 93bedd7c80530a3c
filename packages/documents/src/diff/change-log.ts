import type { ChangedOperation, DefinitionChange, DefinitionDiff } from '@gatehouse/contract';
import { RULES, type RuleId } from './rules/all-rules.ts';
import { boundedValue, cut, showValue } from './shown-value.ts';

/** More changes than anybody reads; a pair of definitions that have nothing in common stays sendable. */
export const CHANGES_MAX = 5_000;
const LOCATION_MAX = 300;
const MESSAGE_MAX = 400;

/** What fills the sentence of a rule. */
export interface Facts {
  name?: string | undefined;
  before?: unknown;
  after?: unknown;
}

/** Collects the changes of one comparison. */
export class ChangeLog {
  readonly #breaking: DefinitionChange[] = [];
  readonly #others: DefinitionChange[] = [];
  #isTruncated = false;

  /** Nothing that could still be found would be listed or change the verdict. */
  get isFull(): boolean {
    return this.#isTruncated && this.#breaking.length >= CHANGES_MAX;
  }

  add(rule: RuleId, operation: ChangedOperation | undefined, location: string, facts: Facts = {}): void {
    const found = RULES.get(rule);
    if (found === undefined) throw new Error(`There is no rule ${rule}`);
    const list = found.breaking ? this.#breaking : this.#others;
    if (list.length >= CHANGES_MAX) {
      this.#isTruncated = true;
      return;
    }
    list.push({
      rule,
      breaking: found.breaking,
      ...(operation === undefined ? {} : { operation }),
      location: cut(location, LOCATION_MAX),
      message: cut(fill(found.message, facts), MESSAGE_MAX),
      ...(facts.before === undefined ? {} : { before: boundedValue(facts.before) }),
      ...(facts.after === undefined ? {} : { after: boundedValue(facts.after) }),
    });
  }

  finish(): DefinitionDiff {
    const changes = [...this.#breaking.sort(byOperation), ...this.#others.sort(byOperation)];
    const breaking = this.#breaking.length > 0;
    if (this.#isTruncated || changes.length > CHANGES_MAX) {
      const marker = new ChangeLog();
      marker.add('truncated', undefined, 'definition', { name: String(CHANGES_MAX) });
      return { changes: [...changes.slice(0, CHANGES_MAX), ...marker.#others], breaking };
    }
    return { changes, breaking };
  }
}

function fill(template: string, facts: Facts): string {
  return template.replaceAll(/\{(name|before|after)\}/g, (_, key: keyof Facts) =>
    key === 'name' ? cut(facts.name ?? '') : showValue(facts[key]),
  );
}

function byOperation(one: DefinitionChange, other: DefinitionChange): number {
  return (
    compareTexts(one.operation?.path ?? '', other.operation?.path ?? '') ||
    compareTexts(one.operation?.method ?? '', other.operation?.method ?? '')
  );
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
