import { bodyKindOf } from './body-kind.ts';

/** An example as a body of its media type would have it; texts as they are. JSON is YAML, too. */
export function toExampleText(contentType: string, value: unknown): string {
  if (value === undefined) return '';
  const kind = bodyKindOf(contentType);
  if (kind === 'binary') return '';
  if (typeof value === 'string' && kind !== 'json') return value;
  if (typeof value === 'string' && looksLikeJson(value)) return value;
  return JSON.stringify(value, null, 2) ?? '';
}

/** Many documents give the example of a JSON body as its text. */
function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}
