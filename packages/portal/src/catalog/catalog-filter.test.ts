import { expect, test } from 'vitest';
import { joinList, readFilter, splitList, toCondition } from './catalog-filter.ts';

test('without a kind in the URL the catalog shows APIs, and all kinds only when asked to', () => {
  expect(toCondition(readFilter({}))).toEqual({ $all: [{ kind: 'api' }] });
  expect(toCondition(readFilter({ kind: 'all' }))).toEqual({ $all: [] });
});

test('values of one dimension are alternatives, dimensions narrow each other', () => {
  const filter = readFilter({ kind: 'Component', owner: 'group:default/a,group:default/b', environment: 'test,production', tag: 'x' });
  expect(toCondition(filter)).toEqual({
    $all: [
      { kind: 'component' },
      { 'relations.ownedBy': { $in: ['group:default/a', 'group:default/b'] } },
      { 'metadata.tags': { $in: ['x'] } },
      {
        $any: [
          { 'metadata.labels.environment.gatehouse.dev/test': { $exists: true } },
          { 'metadata.labels.environment.gatehouse.dev/production': { $exists: true } },
        ],
      },
    ],
  });
});

test('the counts of a dimension do not depend on what is chosen in it', () => {
  const filter = readFilter({ owner: 'group:default/a', type: 'openapi' });
  expect(toCondition(filter, 'owner')).toEqual({ $all: [{ kind: 'api' }, { 'spec.type': { $in: ['openapi'] } }] });
});

test('a value with a comma survives the URL', () => {
  const values = ['a,b', 'c'];
  expect(splitList(joinList(values))).toEqual(values);
});
