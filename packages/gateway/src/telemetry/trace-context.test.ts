import { describe, expect, test } from 'vitest';
import { continuesTrace, nextTraceparent, nextTracestate } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const BEGUN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/;

describe('traceparent (examples and rules of the W3C recommendation)', () => {
  test.each([
    ['sampled', `00-${TRACE}-${PARENT}-01`, '01'],
    ['not sampled', `00-${TRACE}-${PARENT}-00`, '00'],
    ['random trace id (level 2)', `00-${TRACE}-${PARENT}-03`, '03'],
    ['flags without a meaning are sent as zero', `00-${TRACE}-${PARENT}-fd`, '01'],
    ['a later version of the same length', `cc-${TRACE}-${PARENT}-01`, '01'],
    ['a later version with more behind a dash', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`, '01'],
  ])('%s: the trace goes on under a new parent id', (_, incoming, flags) => {
    const next = nextTraceparent(incoming);
    expect(next).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-${flags}$`));
    expect(next.slice(36, 52)).not.toBe(PARENT);
    expect(continuesTrace(next, incoming)).toBe(true);
  });

  test.each([
    ['nothing', undefined],
    ['an empty value', ''],
    ['the version that is none', `ff-${TRACE}-${PARENT}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper-case digits', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['an upper-case version', `CC-${TRACE}-${PARENT}-01`],
    ['something behind version 00', `00-${TRACE}-${PARENT}-01-more`],
    ['a later version with more and no dash', `cc-${TRACE}-${PARENT}-01.more`],
    ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['no digits in the flags', `00-${TRACE}-${PARENT}-0x`],
    ['spaces', ` 00-${TRACE}-${PARENT}-01`],
    ['a line end', `00-${TRACE}-${PARENT}-01\n`],
    ['two values in one', `00-${TRACE}-${PARENT}-01,00-${TRACE}-${PARENT}-01`],
  ])('%s: a trace begins here', (_, incoming) => {
    const next = nextTraceparent(incoming);
    expect(next).toMatch(BEGUN);
    expect(next).not.toContain(TRACE);
    expect(continuesTrace(next, incoming)).toBe(false);
  });

  test('ids do not repeat, also when the random bytes are drawn anew', () => {
    const all = Array.from({ length: 5000 }, () => nextTraceparent(undefined));
    expect(new Set(all.map((text) => text.slice(3, 35))).size).toBe(5000);
    expect(new Set(all.map((text) => text.slice(36, 52))).size).toBe(5000);
    expect(all.every((text) => BEGUN.test(text))).toBe(true);
  });
});

describe('tracestate', () => {
  test('up to 512 characters it is passed on as it came', () => {
    const state = `rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,${'v'.repeat(100)}=1`;
    expect(nextTracestate(state)).toBe(state);
    expect(nextTracestate(undefined)).toBeUndefined();
    expect(nextTracestate('')).toBeUndefined();
  });

  test('beyond that it loses members of more than 128 characters first, then whole ones at its end', () => {
    const small = Array.from({ length: 40 }, (_, index) => `k${index}=${'v'.repeat(20)}`);
    const next = nextTracestate([`large=${'v'.repeat(200)}`, ...small].join(', ')) ?? '';
    expect(next.length).toBeLessThanOrEqual(512);
    expect(next.split(',')).toEqual(small.slice(0, next.split(',').length));
    expect(next.split(',').length).toBeGreaterThan(15);
  });

  test('it never has more than 32 members', () => {
    const members = Array.from({ length: 40 }, (_, index) => `k${index}=v`);
    expect(nextTracestate(members.join(','))).toBe(members.slice(0, 32).join(','));
  });
});
