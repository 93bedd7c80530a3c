import { expect } from 'vitest';
import { type FieldLine, fieldValues } from './http-message.ts';

/**
 * What a field must be: this text (several fields of one name joined with `, `), a text that the expression matches,
 * absent (null), or present or absent but without what the expression matches.
 */
export type FieldExpectation = string | RegExp | null | { without: RegExp };

export type FieldExpectations = Readonly<Record<string, FieldExpectation>>;

/** Compares fields with what is expected of them; fields that are not named may be anything. */
export function expectFields(fields: readonly FieldLine[], expected: FieldExpectations, of: string): void {
  for (const [name, expectation] of Object.entries(expected)) {
    const values = fieldValues(fields, name);
    const value = values.length === 0 ? null : values.join(', ');
    const what = `${name} of ${of}`;
    if (expectation === null || typeof expectation === 'string') expect(value, what).toBe(expectation);
    else if (expectation instanceof RegExp) expect(value, what).toMatch(expectation);
    else expect(value ?? '', what).not.toMatch(expectation.without);
  }
}
