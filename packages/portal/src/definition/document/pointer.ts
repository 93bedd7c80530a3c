/** A reference within a document (`#/components/schemas/Pet`) as its names, or undefined when it leads elsewhere. RFC 6901, 6. */
export function fromReference(reference: string): string[] | undefined {
  if (reference === '#') return [];
  if (!reference.startsWith('#/')) return undefined;
  return reference.slice(2).split('/').map(fromToken);
}

function fromToken(token: string): string {
  return decode(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Names out of a URI fragment. People write percent signs that encode nothing, too. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The JSON pointer of these names, a string that tells places apart. RFC 6901. */
export function toPointer(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
