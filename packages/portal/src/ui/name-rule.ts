/** What a name of an API, app, backend service or team may be; the server checks it with the same rule. */
export const NAME_RULE = 'Letters, digits, and - _ . between them; at most 128';

/** What is wrong with a name, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name.length > 128) return 'It is longer than 128 characters';
  if (!/^[A-Za-z0-9]/.test(name)) return 'It must begin with a letter or a digit';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'Only letters, digits, - _ and . are allowed';
  return undefined;
}
