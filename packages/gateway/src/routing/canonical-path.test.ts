import { describe, expect, test } from 'vitest';
import { canonicalTarget, PATH_SEGMENTS_MAX } from './canonical-path.ts';
import type { TARGET_FAULTS } from './canonical-segment.ts';

type FaultCode = keyof typeof TARGET_FAULTS;

function canonical(target: string): { path: string; query: string } | FaultCode {
  const into = { path: 'untouched', query: 'untouched' };
  const fault = canonicalTarget(target, into);
  if (fault === undefined) return into;
  expect(into).toEqual({ path: 'untouched', query: 'untouched' });
  return fault.code as FaultCode;
}

const ACCEPTED: readonly { rule: string; target: string; path: string; query?: string }[] = [
  { rule: 'a clean path is kept', target: '/pets/42', path: '/pets/42' },
  { rule: 'the root is kept', target: '/', path: '/' },
  { rule: 'a slash at the end is kept', target: '/pets/', path: '/pets/' },
  { rule: 'every character that RFC 3986 allows raw is kept', target: "/a-._~!$&'()*+,;=:@z", path: "/a-._~!$&'()*+,;=:@z" },
  { rule: 'the query is kept raw', target: '/a?b=%2f%61&c=|{"x"}\\/../', path: '/a', query: 'b=%2f%61&c=|{"x"}\\/../' },
  { rule: 'a second question mark belongs to the query', target: '/a?b?c', path: '/a', query: 'b?c' },
  { rule: 'an empty query is no query', target: '/a?', path: '/a', query: '' },
  { rule: 'encoded unreserved characters are decoded', target: '/%61%2Dm%69n%7E', path: '/a-min~' },
  { rule: 'digits of a sequence become upper-case', target: '/caf%c3%a9', path: '/caf%C3%A9' },
  { rule: 'nothing is decoded twice', target: '/%2541/%252e%252e/%25%34%31', path: '/%2541/%252e%252e/%2541' },
  { rule: 'an encoded slash does not split a segment', target: '/a%2fb%2Fc', path: '/a%2Fb%2Fc' },
  { rule: 'encoded reserved characters stay encoded', target: '/%3B%40%3a%3F%23%5b', path: '/%3B%40%3A%3F%23%5B' },
  { rule: 'slashes are merged', target: '//a///b//', path: '/a/b/' },
  { rule: 'a dot segment is removed', target: '/a/./b/.', path: '/a/b/' },
  { rule: 'two dots remove the segment before', target: '/a/b/../c/..', path: '/a/' },
  { rule: 'merging comes before resolving', target: '/a//../b', path: '/b' },
  { rule: 'encoded dot segments are resolved', target: '/a/%2e%2E/b/.%2e/%2e/c', path: '/c' },
  { rule: 'all the way up is the root', target: '/a/..', path: '/' },
  { rule: 'dots in the query mean nothing', target: '/a/../b?../..', path: '/b', query: '../..' },
  { rule: 'names that begin or consist of dots are names', target: '/.well-known/.../..a/a..', path: '/.well-known/.../..a/a..' },
  { rule: 'parameters of a segment are kept', target: '/a;v=1/b', path: '/a;v=1/b' },
  { rule: 'characters that are commonly sent raw are encoded', target: '/"<>^`{|}[]', path: '/%22%3C%3E%5E%60%7B%7C%7D%5B%5D' },
  { rule: 'an encoded backslash in a name is kept', target: '/a%5cb', path: '/a%5Cb' },
  { rule: 'UTF-8 of three and four bytes is kept', target: '/%e0%a0%80%F0%90%80%80', path: '/%E0%A0%80%F0%90%80%80' },
  { rule: 'Latin-1 that is no overlong UTF-8 is kept', target: '/%E9t%E9', path: '/%E9t%E9' },
];

const REFUSED: readonly { fault: FaultCode; targets: readonly string[] }[] = [
  { fault: 'form', targets: ['', '*', 'a', '?a', 'http://host/a', 'host:443', '\\a', '%2Fa', ' /a'] },
  { fault: 'fragment', targets: ['/#', '/a#b', '/a?b#c', '/%41#'] },
  {
    fault: 'character',
    targets: ['/a b', '/a\tb', '/a\r\nb', '/a\0', '/a\x7f', '/a\\..\\b', '/caf\u00e9', '/\u2215', '/a?b c', '/a?\u00e9', '/a?\n'],
  },
  { fault: 'percent', targets: ['/%', '/%4', '/%4/1', '/%4?1', '/%zz', '/%u002e', '/%-1', '/a%20%'] },
  { fault: 'control', targets: ['/%00', '/a%0d%0aSet-Cookie:x', '/%1F', '/%7f', '/admin%00.png'] },
  { fault: 'overlong', targets: ['/%c0%ae%c0%ae/x', '/a%C0%AFb', '/%c1%9c', '/%e0%80%af', '/%f0%80%80%af'] },
  { fault: 'root', targets: ['/..', '/../', '/a/../..', '/%2e%2e/etc', '//..', '/./../a'] },
  {
    fault: 'dots',
    targets: [
      '/a/..;/b',
      '/a/..;x=1/b',
      '/a/.;x',
      '/a/%2e%2e;x',
      '/a/..%3bx',
      '/a/..%2fb',
      '/a/%2e%2e%5cb',
      '/a/x%2f..',
      '/a/x%2F..%2Fb',
      '/a/x%5c%2e%5cb',
      '/a/.%2F',
      '/a/..%20',
      '/a/..%3fb',
    ],
  },
];

describe('a request target', () => {
  for (const { rule, target, path, query = '' } of ACCEPTED) {
    test(`${rule}: ${target}`, () => {
      expect(canonical(target)).toEqual({ path, query });
    });
  }

  for (const { fault, targets } of REFUSED) {
    test(`is refused for its ${fault}`, () => {
      expect(targets.map((target) => [target, canonical(target)])).toEqual(targets.map((target) => [target, fault]));
    });
  }

  test('is refused when it has too many segments, in whatever way they are written', () => {
    const most = '/a'.repeat(PATH_SEGMENTS_MAX);
    expect(canonical(most)).toEqual({ path: most, query: '' });
    expect(canonical(most.replace('a', '%61'))).toEqual({ path: most, query: '' });
    for (const target of [`${most}/a`, `${most}/`, `${most}/%61`, `${most}//`]) expect(canonical(target)).toBe('segments');
  });
});

describe('whatever is sent', () => {
  const PIECES = [
    '/',
    '/',
    '//',
    '.',
    '..',
    '%2e',
    '%2F',
    '%5c',
    '%25',
    '41',
    '%41',
    '%7e',
    '%3b',
    ';',
    '%20',
    '%c3%a9',
    '%C0',
    '%AE',
    '%00',
  ];
  const MORE = ['a', 'Z', '~', '[', '|', '\\', ' ', '%', '%4', '#', '?', '\u00e9', ':', '@', '%e0', '%80', '%3F', '{', '+'];
  const targets = randomTargets([...PIECES, ...PIECES, ...MORE], 20_000);
  const accepted = targets.flatMap((target) => {
    const result = canonical(target);
    return typeof result === 'string' ? [] : [{ target, ...result }];
  });

  test('a fair share of the random targets is accepted and of them rewritten', () => {
    expect(accepted.length).toBeGreaterThan(4_000);
    expect(accepted.filter(({ target, path }) => !target.startsWith(path)).length).toBeGreaterThan(2_000);
  });

  test('the canonical form of a canonical target is the target', () => {
    for (const { path, query } of accepted) {
      expect(canonical(query === '' ? path : `${path}?${query}`)).toEqual({ path, query });
    }
  });

  test('a canonical path has one spelling: no merged slash, dot segment, lower-case digit or encoded unreserved character', () => {
    for (const { path } of accepted) {
      expect(path).toMatch(/^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/);
      expect(path).not.toContain('//');
      expect(path.split('/').filter((segment) => segment === '.' || segment === '..')).toEqual([]);
      const bytes = [...path.matchAll(/%(..)/g)].map(([, digits]) => Number.parseInt(digits ?? '', 16));
      expect(bytes.filter((byte) => byte < 0x20 || byte === 0x7f || /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte)))).toEqual([]);
    }
  });

  test('a server that decodes the canonical path once more, and splits it then, finds no dot segment either', () => {
    for (const { path } of accepted) {
      const segments = decodeOnce(path).split(/[/\\]/);
      expect(segments.filter((segment) => /^\.{1,2} *(?:$|[;?#])/.test(segment))).toEqual([]);
    }
  });

  test('each segment means what it meant: decoding the canonical one gives the same bytes as decoding the one that came', () => {
    for (const { target, path } of accepted) {
      const sent = (target.split('?')[0] ?? '').split('/').map(decodeOnce);
      if (sent.includes('.') || sent.includes('..')) continue;
      const meant = path.split('/').map(decodeOnce);
      expect(meant.filter((segment) => segment !== '')).toEqual(sent.filter((segment) => segment !== ''));
    }
  });
});

/** Percent-decoding to Latin-1, once. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** The same targets in every run: a failure can be looked at. */
function randomTargets(pieces: readonly string[], count: number): string[] {
  let state = 42;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, () => `/${Array.from({ length: 1 + next(7) }, () => pieces[next(pieces.length)]).join('')}`);
}
