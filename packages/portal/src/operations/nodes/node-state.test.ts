import { expect, test } from 'vitest';
import { stateOfNode } from './node-state.ts';

const at = '2026-05-04T03:02:01Z';
const applied = { snapshot: 7, hash: 'h', at };
const fine = { connected: true, applied, rejected: null, behind: false };

test.each([
  [fine, 'Up to date'],
  [{ ...fine, behind: true }, 'Behind'],
  [{ ...fine, applied: null }, 'Starting'],
  [{ ...fine, rejected: { snapshot: 8, reason: 'r', at } }, 'Rejected'],
  [{ ...fine, rejected: { snapshot: 6, reason: 'r', at } }, 'Up to date'],
  [{ ...fine, connected: false, rejected: { snapshot: 8, reason: 'r', at } }, 'Not connected'],
])('the state of a node tells the worst of it', (node, label) => {
  expect(stateOfNode(node).label).toBe(label);
});
