/** Longest form in which one value stands in a log line, so that a line stays below what a pipe takes whole. */
const LENGTH_MAX = 1024;
const CUT_MARK = '...';

/** Anything but printable ASCII without quote and backslash. */
const SPECIAL = /[^ !#-[\]-~]/;

/**
 * A text in the form in which it may stand between double quotes in a log line. Whatever could end the line, the quotes or an XML
 * attribute, or steer a terminal (C0, C1, DEL), becomes `\u00xx`: one request is always one line, and no client forges a field of it
 * (CWE-117). JSON readers get the text back; what is too long ends with `...`.
 */
export function loggable(text: string): string {
  return text.length <= LENGTH_MAX && !SPECIAL.test(text) ? text : escaped(text, SPECIAL);
}

/** `loggable` for places where none of the given characters may stand either, because the format separates values with them. */
export function compileEscape(separators: string): (text: string) => string {
  const special = new RegExp(`[^!#-[\\]-~ ]${separators === '' ? '' : `|[${separators.replace(/[\\\]^-]/g, '\\$&')}]`}`);
  return (text) => (text.length <= LENGTH_MAX && !special.test(text) ? text : escaped(text, special));
}

function escaped(text: string, special: RegExp): string {
  const safe = text
    .slice(0, LENGTH_MAX + 1)
    .replace(new RegExp(special, 'g'), (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (safe.length <= LENGTH_MAX) return safe;
  // Every backslash begins an escape; half of one at the cut is left out.
  return safe.slice(0, LENGTH_MAX - CUT_MARK.length).replace(/\\(?:u[0-9a-f]{0,3})?$/, '') + CUT_MARK;
}
