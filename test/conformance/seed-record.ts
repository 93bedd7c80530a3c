import type { FieldExpectations } from '../support/matchers.ts';

/** A request that one of the seed documents describes, or follows from it, and what has to come of it. */
export interface SeedRecord {
  /** Id in the reference (R05, E12 …), and what it says. */
  id: string;
  request: string;
  expect: {
    status: number;
    fields?: FieldExpectations;
    body?: string;
    /** What the backend got; `nothing`: it must not have been asked. */
    backend: { line: string; fields?: FieldExpectations } | 'nothing';
  };
}
