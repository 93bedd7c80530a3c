import { expect, test } from 'vitest';
import { isGeneratedSecret, newAccessToken, newAppCode, newAppKey, newAppSecret } from './credentials.ts';

test('secrets tell what they are and carry a checksum that a mistyped one fails', () => {
  for (const [create, prefix] of [
    [newAppSecret, 'gh_as_'],
    [newAppCode, 'gh_ac_'],
    [newAccessToken, 'gh_at_'],
  ] as const) {
    const secret = create();
    expect(secret.startsWith(prefix)).toBe(true);
    expect(isGeneratedSecret(secret)).toBe(true);
    for (let i = 0; i < secret.length; i++) {
      const mistyped = secret.slice(0, i) + (secret[i] === 'a' ? 'b' : 'a') + secret.slice(i + 1);
      expect([mistyped, isGeneratedSecret(mistyped)]).toEqual([mistyped, false]);
    }
    expect(isGeneratedSecret(secret.slice(0, -1))).toBe(false);
  }
});

test('no two are alike, and every character is as likely as another', () => {
  const keys = Array.from({ length: 5_000 }, newAppKey);
  expect(new Set(keys).size).toBe(keys.length);
  const counts = new Map<string, number>();
  for (const character of keys.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // 120,000 characters, 1935 each; a modulo without rejection would give the first eight 2343. The bounds are nine standard deviations off.
  for (const [character, count] of counts) expect([character, count > 1_535 && count < 2_335]).toEqual([character, true]);
});

test('an AppKey is 24 characters that need no escaping anywhere', () => {
  expect(newAppKey()).toMatch(/^[0-9A-Za-z]{24}$/);
});
