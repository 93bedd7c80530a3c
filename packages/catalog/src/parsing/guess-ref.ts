/** What a text that cannot be parsed seems to be. */
export interface GuessedRef {
  kind: string;
  namespace: string | undefined;
  name: string;
}

/** Envelopes stand at the top; a definition of megabytes follows. */
const LOOKED_AT_MAX = 20_000;

/**
 * Reads kind, namespace and name from the lines of a broken document, where they nearly always still stand whole: an error in
 * line 90 must not make the entity of line 4 disappear. Only a guess: to be used to keep something, never to create or change.
 */
export function guessRef(text: string): GuessedRef | undefined {
  let kind: string | undefined;
  let name: string | undefined;
  let namespace: string | undefined;
  let isMetadata = false;
  let indent: number | undefined;
  for (const line of text.slice(0, LOOKED_AT_MAX).split('\n')) {
    const match = /^( {0,16})(kind|metadata|name|namespace)[ \t]*:[ \t]*(.{0,200})$/.exec(line.trimEnd());
    const depth = line.length - line.trimStart().length;
    if (depth === 0 && line.trim() !== '' && !line.startsWith('#')) isMetadata = match?.[2] === 'metadata';
    else if (isMetadata) indent ??= line.trim() === '' ? undefined : depth;
    if (match === null) continue;
    const [, , key, rest = ''] = match;
    const value = scalarOf(rest);
    if (value === undefined) continue;
    if (depth === 0 && key === 'kind') kind ??= value;
    if (isMetadata && depth > 0 && depth === indent && key === 'name') name ??= value;
    if (isMetadata && depth > 0 && depth === indent && key === 'namespace') namespace ??= value;
  }
  return kind === undefined || name === undefined ? undefined : { kind, namespace, name };
}

function scalarOf(text: string): string | undefined {
  const match = /^(?:"([\w.-]{1,63})"|'([\w.-]{1,63})'|([\w.-]{1,63}))(?:[ \t]+#.*)?$/.exec(text);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}
