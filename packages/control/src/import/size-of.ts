/** About what a value or a key takes beside the characters of texts. */
const VALUE_BYTES = 16;

/** About how many bytes a JSON value takes, not counted further than `max`. Without recursion: it may be nested beyond reason. */
export function sizeOf(value: unknown, max: number): number {
  let bytes = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && bytes <= max) {
    const next = waiting.pop();
    bytes += VALUE_BYTES;
    if (typeof next === 'string') bytes += next.length;
    else if (next instanceof Map) for (const [key, item] of next) waiting.push(key, item);
    else if (Array.isArray(next)) for (const item of next) waiting.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        bytes += VALUE_BYTES + key.length;
        waiting.push(item);
      }
    }
  }
  return bytes;
}
