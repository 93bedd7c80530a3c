import { randomFillSync } from 'node:crypto';

/**
 * W3C Trace Context, https://www.w3.org/TR/trace-context/.
 * `version-traceid-parentid-flags`, lower-case hexadecimal: 2, 32, 16 and 2 digits.
 */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const LENGTH = 55;

const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);

/** Flags that have a meaning: sampled, and random trace id (level 2). The others must be sent as zero (section 3.2.2.5). */
const KNOWN_FLAGS = 0b11;

/**
 * The traceparent to send on: the same trace with a new parent id, the flags as they came, or a trace that begins here (not sampled:
 * that is for a tracer to decide) when none came or what came is not valid.
 */
export function nextTraceparent(incoming: string | undefined): string {
  if (incoming === undefined || !isTraceparent(incoming)) return `00-${randomHex(32, NO_TRACE)}-${randomHex(16, NO_PARENT)}-00`;
  const flags = Number.parseInt(incoming.slice(53, LENGTH), 16) & KNOWN_FLAGS;
  return `00-${incoming.slice(3, 35)}-${randomHex(16, NO_PARENT)}-0${flags}`;
}

/** Whether `traceparent` goes on with the trace of `incoming`. Only then does the tracestate that came with it mean anything. */
export function continuesTrace(traceparent: string, incoming: string | undefined): boolean {
  return incoming !== undefined && incoming.slice(3, 35) === traceparent.slice(3, 35);
}

/** Trace id in a traceparent. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** A later version may be longer, after another dash; what is known of it is read as version 00 (section 4.3). `ff` is no version. */
function isTraceparent(text: string): boolean {
  const known = text.length === LENGTH ? text : text.slice(0, LENGTH);
  if (!TRACEPARENT.test(known) || known.startsWith('ff')) return false;
  if (text.length > LENGTH && (known.startsWith('00') || text[LENGTH] !== '-')) return false;
  return known.slice(3, 35) !== NO_TRACE && known.slice(36, 52) !== NO_PARENT;
}

/** What must be passed on of a tracestate (section 3.3.1.5), and so much as is passed on. */
const TRACESTATE_LENGTH_MAX = 512;
const MEMBERS_MAX = 32;
const LARGE_MEMBER = 128;

/**
 * The tracestate to send on, from every value that came, joined with commas; undefined when nothing is left. One that is too long
 * loses its large members first, then those at its end, always whole ones.
 */
export function nextTracestate(incoming: string | undefined): string | undefined {
  if (incoming === undefined || incoming === '') return undefined;
  if (incoming.length <= TRACESTATE_LENGTH_MAX && incoming.split(',', MEMBERS_MAX + 1).length <= MEMBERS_MAX) return incoming;
  const members = incoming.split(',').map((member) => member.trim());
  const small = members.filter((member) => member !== '' && member.length <= LARGE_MEMBER);
  let kept = '';
  for (const member of small.slice(0, MEMBERS_MAX)) {
    if (kept.length + 1 + member.length > TRACESTATE_LENGTH_MAX) break;
    kept = kept === '' ? member : `${kept},${member}`;
  }
  return kept === '' ? undefined : kept;
}

/** Random bytes for many ids at a time, as hexadecimal text: one call to the generator for some 250 requests. */
const POOL_BYTES = 4096;
const pool = Buffer.alloc(POOL_BYTES);
let digits = '';
let used = 0;

/** As many random digits, never the id that means none. */
function randomHex(length: number, none: string): string {
  for (;;) {
    if (used + length > digits.length) {
      randomFillSync(pool);
      digits = pool.toString('hex');
      used = 0;
    }
    used += length;
    const id = digits.slice(used - length, used);
    if (id !== none) return id;
  }
}
