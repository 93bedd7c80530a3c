const SPACE = /[ \t\r\n]/;

/**
 * Lays out JSON without reading its values: numbers past 2^53, names that are there twice and a cut end come out as they came.
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let position = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === '"') {
      const end = endOfString(text, position);
      parts.push(text.slice(position, end));
      position = end;
      continue;
    }
    position++;
    if (SPACE.test(character)) continue;
    if (character === '{' || character === '[') {
      const close = nextOf(text, position);
      if (text.charAt(close) === (character === '{' ? '}' : ']')) {
        parts.push(character, text.charAt(close));
        position = close + 1;
        continue;
      }
      depth = Math.min(DEPTH_MAX, depth + 1);
      parts.push(character, line());
    } else if (character === '}' || character === ']') {
      depth = Math.max(0, depth - 1);
      parts.push(line(), character);
    } else if (character === ',') parts.push(character, line());
    else parts.push(character === ':' ? ': ' : character);
  }
  return parts.join('');
}

/** Deeper, each line would be mostly space. */
const DEPTH_MAX = 100;

function nextOf(text: string, from: number): number {
  let position = from;
  while (SPACE.test(text.charAt(position))) position++;
  return position;
}

function endOfString(text: string, from: number): number {
  for (let position = from + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') position++;
    else if (character === '"') return position + 1;
  }
  return text.length;
}
