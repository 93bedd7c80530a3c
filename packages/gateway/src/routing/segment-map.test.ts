import { expect, test } from 'vitest';
import { SegmentMap } from './segment-map.ts';

for (const size of [0, 1, 4, 5, 8, 9, 1000]) {
  test(`a map of ${size} keys gives each its value and every other piece of text none`, () => {
    const map = new SegmentMap<string[]>();
    const keys = Array.from({ length: size }, (_, i) => `k${i.toString(36)}${'x'.repeat(i % 3)}`);
    for (const key of keys) map.add(key, [key]);
    expect(map.size).toBe(size);
    for (const key of keys) expect(map.get(`/a/${key}/b`, 3, 3 + key.length)).toEqual([key]);
    // The piece ends where the caller says, not where the key or the text does.
    const others = ['', 'k', 'kz~', 'k0y', 'k'.repeat(100)];
    for (const other of others) expect(map.get(`${other}0x/k0`, 0, other.length)).toBeUndefined();
  });
}
