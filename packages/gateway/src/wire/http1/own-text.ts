const TEXTS_MAX = 1024;
const texts = new Map<string, string>();

/**
 * The same text as a string of its own, for the same text always the same one: a slice would keep the head alive that it was cut from,
 * and strings that are one object are compared at once.
 */
export function ownText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= TEXTS_MAX) {
    const [oldest] = texts.keys();
    if (oldest !== undefined) texts.delete(oldest);
  }
  const own = Buffer.from(text, 'latin1').toString('latin1');
  texts.set(own, own);
  return own;
}
