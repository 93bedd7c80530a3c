const TOKENS_MAX = 2_000;
const TOKEN_CHARS_MAX = 40;
const LETTER = /\p{L}|\p{M}/u;

/**
 * Words of a text in lower case, with repetitions: cut at everything that is no letter or digit, between letters and digits, and where
 * upper case begins (`findPetsByStatus2` is find, pets, by, status, 2). Names and identifiers become words of everyday language,
 * which keeps the vocabulary small and lets people find them without knowing how they are spelt.
 */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let start = -1;
  let before: Kind = 'other';
  const end = (at: number) => {
    if (start !== -1 && tokens.length < TOKENS_MAX) tokens.push(text.slice(start, Math.min(at, start + TOKEN_CHARS_MAX)).toLowerCase());
    start = -1;
  };
  for (let at = 0; at < text.length; at++) {
    const kind = kindOf(text.charCodeAt(at));
    const isUpperStart = kind === 'upper' && (before === 'lower' || (before === 'upper' && isLowerAt(text, at + 1)));
    const isBoundary = kind === 'other' || (kind === 'digit') !== (before === 'digit') || isUpperStart;
    if (isBoundary) end(at);
    if (kind !== 'other' && start === -1) start = at;
    before = kind;
  }
  end(text.length);
  return tokens;
}

type Kind = 'lower' | 'upper' | 'digit' | 'other';

function isLowerAt(text: string, at: number): boolean {
  return at < text.length && kindOf(text.charCodeAt(at)) === 'lower';
}

function kindOf(code: number): Kind {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 48 && code <= 57) return 'digit';
  if (code >= 65 && code <= 90) return 'upper';
  if (code < 128) return 'other';
  const letter = String.fromCharCode(code);
  // A half of a pair outside of the basic plane counts as a letter: the two stay together.
  if ((code & 0xf800) === 0xd800) return 'lower';
  if (!LETTER.test(letter)) return 'other';
  return letter === letter.toLowerCase() ? 'lower' : 'upper';
}

/** A path of an operation in a form in which names of parameters, case and a slash at the end make no difference. */
export function normalizePath(path: string): string {
  let normal = '';
  let depth = 0;
  for (const letter of path.toLowerCase()) {
    if (letter === '}') depth = 0;
    if (depth === 0) normal += letter;
    if (letter === '{') depth = 1;
  }
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
