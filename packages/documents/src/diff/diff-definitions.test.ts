import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OpenApiDocument } from './definition-view.ts';
import { diffDefinitions } from './diff-definitions.ts';
import { brief, withSchema } from './diff-fixture.ts';
import { operationRecords } from './operation/operation-records.ts';
import { RULES } from './rules/all-rules.ts';
import { gatewayRules } from './rules/gateway-rules.ts';
import { type SchemaRecord, schemaRecords } from './schema/schema-records.ts';

/** The two documents of a record for schemas. */
function documentsOf({ before, after, versions, components }: SchemaRecord): [OpenApiDocument, OpenApiDocument] {
  const [was = '3.0.3', is = '3.0.3'] = versions ?? [];
  return [
    withSchema(before, { openapi: was, components: { schemas: components?.before ?? {} } }),
    withSchema(after, { openapi: is, components: { schemas: components?.after ?? {} } }),
  ];
}

test.each(operationRecords)('$edit', ({ before, after, changes }) => {
  const diff = diffDefinitions(before, after);
  expect(diff.changes.map(brief)).toEqual(changes);
  expect(diff.breaking).toBe(changes.some((change) => change.startsWith('!')));
});

test.each(schemaRecords)('schema: $edit', (record) => {
  const { both = [], request = both, response = both } = record;
  const { changes } = diffDefinitions(...documentsOf(record));
  const expected = [
    ...request.map((text) => text.replace(/([a-z-]+)( .*)?$/, 'request-$1 @ request body application/json$2')),
    ...response.map((text) => text.replace(/([a-z-]+)( .*)?$/, 'response-$1 @ response 200 application/json$2')),
  ];
  expect(changes.map(brief).sort()).toEqual(expected.sort());
});

test('every rule is shown by a record', () => {
  const pairs = [...operationRecords.map(({ before, after }) => [before, after] as const), ...schemaRecords.map(documentsOf)];
  const shown = new Set(pairs.flatMap(([before, after]) => diffDefinitions(before, after).changes.map(({ rule }) => rule)));
  // Two are about the size of a comparison, and tested with hostile documents; the others are found by the control plane, and shown there.
  const others = [...RULES.keys()].filter((id) => !shown.has(id));
  expect(others).toEqual(['truncated', 'comparison-incomplete', ...Object.keys(gatewayRules)]);
});

test('every rule is in the docs as it is in the code, and no other', () => {
  const page = readFileSync(new URL('../../../../docs/breaking-changes.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (yes|no) \| (.{1,400}) \|$/gm)].map(([, id, breaking, when]) => [
    id,
    { breaking: breaking === 'yes', when },
  ]);
  const rules = [...RULES].map(([id, { breaking, when }]) => [id, { breaking, when }]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(rules));
  expect(rows).toHaveLength(rules.length);
});
