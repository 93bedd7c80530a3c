import type { Cursor } from './definition-document.ts';
import type { Report } from './report.ts';

/** Names and where each was used first, to compare with what the published environments define. */
export class StageVariableUses {
  readonly #uses = new Map<string, Cursor>();

  add(name: string, at: Cursor): void {
    if (!this.#uses.has(name)) this.#uses.set(name, at);
  }

  /**
   * Warns of variables that a published environment lacks. Amazon API Gateway puts the empty string in their place and fails when a
   * host is made of it (recorded by LocalStack, test_import_with_stage_variables).
   */
  report(environments: Readonly<Record<string, Readonly<Record<string, string>>>>, report: Report): void {
    for (const [name, at] of this.#uses) {
      const lacking = Object.keys(environments).filter((environment) => !Object.hasOwn(environments[environment] ?? {}, name));
      if (lacking.length === 0) continue;
      report.warning(
        'definition.missing-stage-variable',
        `The stage variable ${name} has no value in ${lacking.join(', ')}: set variables.${lacking[0]}.${name} on the API; until then it is empty`,
        at,
      );
    }
  }
}
