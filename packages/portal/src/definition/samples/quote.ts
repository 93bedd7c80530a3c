/*
 * Everything in a sample may come from a hostile definition, and somebody will paste it: whatever the value, it stays one literal.
 */

/** For a POSIX shell: nothing has a meaning between single quotes but the next one. A shell has no way to pass NUL. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

const SHORT: Record<string, string | undefined> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** Control characters, what ends a line somewhere (U+2028, U+2029), and what turns the direction of text, so that it reads as it runs. */
const UNSAFE = /[\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escapeWith(text: string, quote: string, toEscape: (code: number) => string): string {
  const escaped = text.toWellFormed().replaceAll(UNSAFE, (found) => SHORT[found] ?? toEscape(found.charCodeAt(0)));
  return `${quote}${escaped.replaceAll(quote, `\\${quote}`)}${quote}`;
}

const toUnicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

export function quoteJavaScript(text: string): string {
  return escapeWith(text, "'", toUnicodeEscape);
}

/** For Python and Go, which read the same escapes in double quotes. */
export function quoteDouble(text: string): string {
  return escapeWith(text, '"', toUnicodeEscape);
}

/** Java reads `\\u000a` as a line break before it reads literals, so control characters are octal; others past Latin-1 may be `\\u`. */
export function quoteJava(text: string): string {
  return escapeWith(text, '"', (code) => (code < 0x100 ? `\\${code.toString(8).padStart(3, '0')}` : toUnicodeEscape(code)));
}

/** A long text as one literal per line, joined by what joins them in a language. */
export function quoteLines(text: string, quote: (line: string) => string, joined: string): string {
  const lines = text.split(/(?<=\n)/);
  return lines.length < 2 || lines.length > 500 ? quote(text) : lines.map(quote).join(joined);
}
