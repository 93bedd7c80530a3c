/** One document of a text, as it is written, its `---` line included. */
export interface DocumentText {
  text: string;
  /** Line of the file that it begins on, from 1. */
  line: number;
}

/**
 * The documents of a YAML text, found without parsing any: a line that begins with `---` or `...` at its first column ends a
 * document even inside of quotes and block scalars (YAML 1.2.2 section 9.1.2, c-forbidden), so a document that is broken never
 * takes its neighbours along. Texts of nothing but comments, directives and blanks are left out.
 */
export function* splitDocuments(text: string): Generator<DocumentText> {
  // A byte order mark is no part of the first line.
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  let at = start;
  let lineOfStart = 1;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    const first = text.charCodeAt(at);
    if (first === DASH && at > start && isMarker(text, at, '---')) {
      yield* documentOf(text.slice(start, at), lineOfStart);
      start = at;
      lineOfStart = line;
    } else if (first === DOT && isMarker(text, at, '...')) {
      yield* documentOf(text.slice(start, at), lineOfStart);
      start = next;
      lineOfStart = line + 1;
    }
    at = next;
    line++;
  }
  yield* documentOf(text.slice(start), lineOfStart);
}

const DASH = 0x2d;
const DOT = 0x2e;

function isMarker(text: string, at: number, marker: '---' | '...'): boolean {
  if (!text.startsWith(marker, at)) return false;
  const after = text[at + 3];
  return after === undefined || after === '\n' || after === '\r' || after === ' ' || after === '\t';
}

function* documentOf(text: string, line: number): Generator<DocumentText> {
  if (hasContent(text)) yield { text, line };
}

/** Whether there is a line that is neither blank nor a comment, a directive (`%YAML 1.2`) or a bare `---`. */
function hasContent(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    let first = at;
    while (first < next && (text[first] === ' ' || text[first] === '\t' || text[first] === '\r' || text[first] === '\n')) first++;
    const isBareMarker = isMarker(text, at, '---') && text.slice(at + 3, next).trim() === '';
    if (first < next && text[first] !== '#' && !(first === at && text[first] === '%') && !isBareMarker) return true;
    at = next;
  }
  return false;
}
