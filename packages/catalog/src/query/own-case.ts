const MARKS = 0;
const WHOLE = 1;
const GAP_MAX = 254;
const SKIP = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * How `text` is written, in few bytes, for whoever has it in lower case: where its capital letters stand, as distances from each to
 * the next, or all of it where that is not all.
 */
export function toOwnCase(text: string, lower: string): Uint8Array {
  const marks = text.length === lower.length ? capitalsOf(text, lower) : undefined;
  if (marks !== undefined) return Uint8Array.from([MARKS, ...marks]);
  const whole = encoder.encode(text);
  const bytes = new Uint8Array(whole.length + 1);
  bytes[0] = WHOLE;
  bytes.set(whole, 1);
  return bytes;
}

/** The text again; `lower` is called when it is needed. */
export function fromOwnCase(own: Uint8Array, lower: () => string): string {
  if (own[0] === WHOLE) return decoder.decode(own.subarray(1));
  const marks = [...own.subarray(1)];
  const text = lower();
  let result = '';
  let at = 0;
  let from = 0;
  for (const mark of marks) {
    at += mark === SKIP ? GAP_MAX : mark;
    if (mark === SKIP) continue;
    result += text.slice(from, at) + text.charAt(at).toUpperCase();
    from = ++at;
  }
  return result + text.slice(from);
}

/** Undefined: there is more to it than capital letters of ASCII. */
function capitalsOf(text: string, lower: string): number[] | undefined {
  const marks: number[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const inLower = lower.charCodeAt(at);
    if (code === inLower) continue;
    if (code < 65 || code > 90 || inLower !== code + 32) return undefined;
    for (; at - from > GAP_MAX; from += GAP_MAX) marks.push(SKIP);
    marks.push(at - from);
    from = at + 1;
  }
  return marks;
}
