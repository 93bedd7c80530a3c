/** Why a request target is refused. `detail` is one public sentence for the caller. */
export interface TargetFault {
  readonly code: string;
  readonly detail: string;
}

/** Every reason for which a request target, or a segment of it, is refused. */
export const TARGET_FAULTS = {
  form: { code: 'form', detail: 'The request target must be a path that begins with a slash.' },
  fragment: { code: 'fragment', detail: 'The request target must not have a fragment.' },
  character: { code: 'character', detail: 'The request target has a character that must be percent-encoded.' },
  percent: { code: 'percent', detail: 'The path has a percent sign without two hexadecimal digits.' },
  control: { code: 'control', detail: 'The path has an encoded control character.' },
  overlong: { code: 'overlong', detail: 'The path has a byte sequence that no valid UTF-8 contains.' },
  dots: { code: 'dots', detail: 'The path has a segment that can be read as a dot segment.' },
  root: { code: 'root', detail: 'The path goes above the root.' },
  segments: { code: 'segments', detail: 'The path has too many segments.' },
} as const satisfies Record<string, TargetFault>;

/** What a character of a path means before anything is decoded. */
export const REFUSED = 0;
/** Stands for itself: `pchar` of RFC 3986 section 3.3, without the percent sign. */
export const PLAIN = 1;
/** Not allowed in a path by RFC 3986 but sent raw by many clients: percent-encoded, the meaning stays. */
export const ENCODED = 2;
export const PERCENT = 3;
export const SLASH = 4;
export const QUESTION = 5;
export const HASH = 6;

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';
/** Sub-delims, colon and at sign mean something else encoded than raw, so neither form is ever turned into the other. */
const RESERVED_IN_SEGMENT = "!$&'()*+,;=:@";

/**
 * The meaning of each ASCII character. Refused are controls, space and DEL (they end or split a request line for some server:
 * request smuggling, RFC 9112 section 3) and the backslash, which Windows servers and browsers read as a slash.
 */
const MEANINGS = new Uint8Array(128);
for (const character of UNRESERVED + RESERVED_IN_SEGMENT) MEANINGS[character.charCodeAt(0)] = PLAIN;
for (const character of '"<>^`{|}[]') MEANINGS[character.charCodeAt(0)] = ENCODED;
MEANINGS['%'.charCodeAt(0)] = PERCENT;
MEANINGS['/'.charCodeAt(0)] = SLASH;
MEANINGS['?'.charCodeAt(0)] = QUESTION;
MEANINGS['#'.charCodeAt(0)] = HASH;

/** The meaning of a character by its code. What is not ASCII is refused: its bytes depend on a charset that nobody states. */
export function meaningOf(code: number): number {
  return code < 128 ? (MEANINGS[code] as number) : REFUSED;
}

/** What takes the place of a percent-encoded byte: itself when unreserved, else the sequence with upper-case digits. */
const NORMALIZED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.includes(character) ? character : percentEncoded(byte);
});

function percentEncoded(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * The one form of a path segment, `text` from `start` to `end`, or the reason why there is none. May return `.` and `..`,
 * which mean nothing until the segments before them are known.
 *
 * - Percent-encoded unreserved characters are decoded and other sequences get upper-case digits (RFC 3986 section 6.2.2), so that
 *   `/%61dmin` cannot pass by a rule for `/admin`. What was decoded is never looked at again: `%2541` is the text `%41` and stays.
 * - `%2F` stays: decoding it would split a segment, and a rule would be asked about another path than the backend (CVE-2007-0450).
 * - `%00` to `%1F` and `%7F` are refused: a string that ends at NUL is another path; CR and LF split log lines and header fields.
 */
export function canonicalSegment(text: string, start: number, end: number): string | TargetFault {
  let result = '';
  /** Everything before this index is in `result`. */
  let copied = start;
  /** The encoded byte that ends right here, else 0. */
  let byteBefore = 0;
  for (let i = start; i < end; ) {
    const code = text.charCodeAt(i);
    const meaning = meaningOf(code);
    if (meaning === PLAIN) {
      byteBefore = 0;
      i++;
      continue;
    }
    let replacement: string;
    let width = 1;
    if (meaning === PERCENT) {
      const byte = encodedByte(text, i);
      if (byte === -1) return TARGET_FAULTS.percent;
      if (byte < 0x20 || byte === 0x7f) return TARGET_FAULTS.control;
      if (isOverlong(byteBefore, byte)) return TARGET_FAULTS.overlong;
      byteBefore = byte;
      width = 3;
      replacement = NORMALIZED[byte] as string;
    } else if (meaning === ENCODED) {
      byteBefore = 0;
      replacement = percentEncoded(code);
    } else {
      return meaning === HASH ? TARGET_FAULTS.fragment : TARGET_FAULTS.character;
    }
    result += text.slice(copied, i) + replacement;
    i += width;
    copied = i;
  }
  result = copied === start ? text.slice(start, end) : result + text.slice(copied, end);
  return isDisguisedDotSegment(result) ? TARGET_FAULTS.dots : result;
}

/** The byte of the percent sequence at `at`, or -1 when the two characters after the percent sign are not hexadecimal digits. */
function encodedByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/**
 * Whether two bytes begin a longer UTF-8 form than the character needs (RFC 3629 section 3). Lenient decoders make a dot of
 * `%C0%AE` and a slash of `%C0%AF`: directory traversal past every check (CVE-2008-2938).
 */
function isOverlong(lead: number, byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  return lead === 0xc0 || lead === 0xc1 || (lead === 0xe0 && byte < 0xa0) || (lead === 0xf0 && byte < 0x90);
}

/**
 * A dot segment to servers that decode before they split or that drop what they take for a parameter, query or trailing space:
 * `..;x` (servlet containers; Envoy BIT-envoy-2026-73551), `..%2Fadmin` and `%2e%2e%5cadmin` (CVE-2007-0450), `..%3Fx`, `..%20` (Windows).
 * Applied to canonical segments, so dots are never encoded and digits are upper-case.
 */
const DISGUISED_DOTS = /(?:^|%2F|%5C)\.{1,2}(?:%20)*(?:$|;|%3[BF]|%23|%2F|%5C)/;

function isDisguisedDotSegment(segment: string): boolean {
  return segment !== '.' && segment !== '..' && DISGUISED_DOTS.test(segment);
}
