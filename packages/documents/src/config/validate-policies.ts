import { z } from 'zod';
import { parseYaml } from '../source/yaml-source.ts';
import type { PolicyEntry } from './policy-entry.ts';
import { validate } from './validate.ts';
import { Spot, type Written } from './written.ts';

/** A `policies` list that stands outside of a configuration, held against its schema. */
export interface ValidatedPolicies {
  /** Empty when there are issues. */
  policies: PolicyEntry[];
  /** What is wrong, in the words that are used for configurations; the path begins with the index in the list. */
  issues: { path: (string | number)[]; message: string }[];
}

/** Validates a `policies` list from elsewhere, such as an OpenAPI document, with the schema of its entries. */
export function validatePolicies(value: unknown, entry: z.ZodType<PolicyEntry>): ValidatedPolicies {
  const { source } = parseYaml('', '');
  // A place is never asked for: who gave the list knows where it stands.
  if (source === undefined) return { policies: [], issues: [] };
  const root = toWritten(value, new Spot({ source, absolute: '' }));
  const { output, problems } = validate(root, z.array(entry), false);
  return { policies: output ?? [], issues: problems.map(({ path, message }) => ({ path: [...(path ?? [])], message })) };
}

function toWritten(value: unknown, spot: Spot): Written {
  const at = { spot, keySpot: spot };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => toWritten(item, spot)), ...at };
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value, ...at };
  return { kind: 'map', entries: new Map(Object.entries(value).map(([key, item]) => [key, toWritten(item, spot)])), ...at };
}
