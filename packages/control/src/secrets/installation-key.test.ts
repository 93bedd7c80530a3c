import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { InstallationKey, SealedTextError } from './installation-key.ts';

const key = new InstallationKey(Buffer.alloc(32, 1));
const other = new InstallationKey(Buffer.alloc(32, 2));

test('a sealed text opens for its record and with its key only', () => {
  const sealed = key.seal('gh_as_é', 'app/1/secret');
  expect(key.open(sealed, 'app/1/secret')).toBe('gh_as_é');
  expect(() => key.open(sealed, 'app/2/secret')).toThrow(SealedTextError);
  expect(() => other.open(sealed, 'app/1/secret')).toThrow(SealedTextError);
  expect(key.seal('gh_as_é', 'app/1/secret')).not.toBe(sealed);
  expect(key.open(key.seal('', 'x'), 'x')).toBe('');
});

test('a sealed text that was changed anywhere does not open', () => {
  const sealed = key.seal('secret', 'app/1');
  const body = Buffer.from(sealed.slice(4), 'base64url');
  for (let i = 0; i < body.length; i++) {
    const changed = Buffer.from(body);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => key.open(`gs1.${changed.toString('base64url')}`, 'app/1'), `byte ${i}`).toThrow(SealedTextError);
  }
  for (const text of ['', 'gs1.', 'secret', `gs2.${sealed.slice(4)}`, sealed.slice(0, -4)]) {
    expect(() => key.open(text, 'app/1'), text).toThrow(SealedTextError);
  }
});

test('a hash is worth nothing without the key, and one purpose tells nothing of another', () => {
  const hash = key.hashToken('gh_at_x');
  expect(hash).toMatch(/^[0-9A-Za-z_-]{43}$/);
  expect(key.hashToken('gh_at_x')).toBe(hash);
  expect(new Set([hash, other.hashToken('gh_at_x'), key.hashToken('gh_at_x', 'app-code'), key.hashToken('gh_at_y')]).size).toBe(4);
});

test('the form of what is stored does not change: a new version must open what an old one has sealed', () => {
  const sealed = 'gs1.kOsy-J9LOP5w2CJVt8kItLT5WpyZnZYCc01zIZ5paA52uDeTR5jCnfI';
  expect(key.open(sealed, 'app/1/secret')).toBe('gh_as_example');
  expect(key.hashToken('gh_at_example')).toBe('FVxma68a4rZOfaPbFrtETUObrqakrEnxii1PG-cWWRk');
});

test('nothing prints the key', () => {
  key.deriveKey('seal');
  const secret = Buffer.alloc(32, 1);
  for (const text of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)]) {
    expect(text).not.toContain(secret.toString('hex'));
    expect(text).not.toContain('01 01 01');
    expect(text).not.toContain('1,1,1');
  }
});
