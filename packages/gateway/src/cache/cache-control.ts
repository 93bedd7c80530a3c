/** Directives of Cache-Control by their names in lower case, which the library would take as they are written. */
export function toDirectives(text: string | undefined): Map<string, string> {
  const directives = new Map<string, string>();
  for (const part of text?.split(',') ?? []) {
    const at = part.indexOf('=');
    const name = (at === -1 ? part : part.slice(0, at)).trim().toLowerCase();
    if (name !== '') directives.set(name, at === -1 ? '' : part.slice(at + 1).trim());
  }
  return directives;
}

/** The value of a Cache-Control field with these directives. */
export function toText(directives: ReadonlyMap<string, string>): string {
  return [...directives].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join(', ');
}

/** Whole seconds, as of a directive or of Age; 0 when they cannot be read. */
export function toSeconds(text: string | undefined): number {
  const seconds = Number.parseInt(text?.replace(/^"/, '') ?? '', 10);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/** The names of a list such as that of Vary, in lower case. */
export function toNames(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
