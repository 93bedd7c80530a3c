import { expect, it } from 'vitest';
import { type ContentsIndex, type ContentsItem, type ContentsRow, contentsRows, foundRows, openGroups } from './contents-rows.ts';

const item = (key: string, about = ''): ContentsItem => ({
  key,
  badge: undefined,
  title: key,
  detail: undefined,
  deprecated: false,
  words: key.toLowerCase(),
  about,
});
const list = item('GET /pets list pets');
const index: ContentsIndex = {
  what: 'operations',
  overview: true,
  groups: [
    { name: 'pet', items: [list, item('DELETE /pets/{id}', 'takes it out of the inventory')] },
    { name: 'store', items: [list, item('GET /inventory')] },
  ],
};
const shown = (rows: ContentsRow[]) => rows.map((row) => (row.kind === 'item' ? row.item.key : row.key));

it('a filter leaves what has all of its words, wherever it is folded, and each once', () => {
  expect(shown(foundRows(index, 'Pets get'))).toEqual(['group pet', 'GET /pets list pets']);
  expect(shown(foundRows(index, 'inventory'))).toEqual(['group store', 'GET /inventory', 'group In descriptions', 'DELETE /pets/{id}']);
  expect(foundRows(index, 'nobody')).toEqual([]);
});

it('a long list begins folded but for what is shown', () => {
  const long = { ...index, groups: [...index.groups, { name: 'many', items: Array.from({ length: 100 }, (_, n) => item(`many ${n}`)) }] };
  expect([...openGroups(long, 'GET /inventory')]).toEqual(['store']);
  expect([...openGroups(index, 'overview')]).toEqual(['pet', 'store']);
  expect(shown(contentsRows(index, new Set(['store'])))).toEqual([
    'overview',
    'group pet',
    'group store',
    'GET /pets list pets',
    'GET /inventory',
  ]);
});
