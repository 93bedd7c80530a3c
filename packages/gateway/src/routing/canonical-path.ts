import { canonicalSegment, HASH, meaningOf, PLAIN, QUESTION, SLASH, TARGET_FAULTS, type TargetFault } from './canonical-segment.ts';

/** Where a canonical target is written to: an exchange, usually. */
export interface CanonicalTarget {
  /** Begins with a slash. */
  path: string;
  /** Raw, without the question mark; empty when there is none. */
  query: string;
}

/** Segments that a path may have, an empty one after a slash at its end included. Deeper paths are nobody's resource, only work. */
export const PATH_SEGMENTS_MAX = 256;

const DOT_CODE = 46;
const SLASH_CODE = 47;

/**
 * Turns a request target in origin form (RFC 9112 section 3.2.1) into the one path that policies, routes and backends all see, and
 * writes path and query to `into`; or returns the reason to refuse it, and `into` stays as it was. Idempotent. The rules within a
 * segment are those of `canonicalSegment`; across segments:
 *
 * - Other forms are refused. `http://host/x` names a second host beside the Host field, and servers disagree on which one counts;
 *   `*` and `host:port` name no resource here.
 * - A fragment is refused: it is never sent by a correct client, and servers disagree on whether it ends the path.
 * - `//` is one slash. Many servers merge them, so a rule for `/admin` must see `//admin` too (Envoy merge_slashes, nginx).
 * - `.` and `..` are resolved (RFC 3986 section 5.2.4), in any encoding, else `/public/../admin` passes a rule for `/public`
 *   (Envoy GHSA-xcx5-93pw-jw2w). Going above the root is refused instead of ignored: no honest client does it.
 * - The query is passed on as it came, except that what could end or split the request line is refused.
 *
 * An ordinary target costs one scan, and its path is a slice of it.
 */
export function canonicalTarget(target: string, into: CanonicalTarget): TargetFault | undefined {
  if (target.charCodeAt(0) !== SLASH_CODE) return TARGET_FAULTS.form;
  let segments = 0;
  let end = 0;
  for (; end < target.length; end++) {
    const meaning = meaningOf(target.charCodeAt(end));
    if (meaning === PLAIN) continue;
    if (meaning === SLASH) {
      const next = target.charCodeAt(end + 1);
      if (next === SLASH_CODE || next === DOT_CODE) return rewrittenTarget(target, into);
      if (++segments > PATH_SEGMENTS_MAX) return TARGET_FAULTS.segments;
      continue;
    }
    if (meaning === QUESTION) break;
    return rewrittenTarget(target, into);
  }
  const fault = queryFault(target, end + 1);
  if (fault !== undefined) return fault;
  into.path = end === target.length ? target : target.slice(0, end);
  into.query = target.slice(end + 1);
  return undefined;
}

/** The long way, for targets with anything in them that is not already in canonical form. */
function rewrittenTarget(target: string, into: CanonicalTarget): TargetFault | undefined {
  const question = target.indexOf('?');
  const end = question === -1 ? target.length : question;
  const segments: string[] = [];
  /** Whether the path ends with a slash: after `.` and `..` it does, as in RFC 3986 section 5.2.4. */
  let open = true;
  for (let start = 1; start <= end; ) {
    const slash = target.indexOf('/', start);
    const stop = slash === -1 || slash > end ? end : slash;
    const segment = canonicalSegment(target, start, stop);
    if (typeof segment !== 'string') return segment;
    open = stop < end || segment === '' || segment === '.' || segment === '..';
    if (segment === '..') {
      if (segments.pop() === undefined) return TARGET_FAULTS.root;
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
    start = stop + 1;
  }
  if (segments.length + (open ? 1 : 0) > PATH_SEGMENTS_MAX) return TARGET_FAULTS.segments;
  const fault = queryFault(target, end + 1);
  if (fault !== undefined) return fault;
  into.path = segments.length === 0 ? '/' : `/${segments.join('/')}${open ? '/' : ''}`;
  into.query = target.slice(end + 1);
  return undefined;
}

function queryFault(target: string, start: number): TargetFault | undefined {
  for (let i = start; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return TARGET_FAULTS.character;
    if (meaningOf(code) === HASH) return TARGET_FAULTS.fragment;
  }
  return undefined;
}
