/** Every value of a query parameter, form-decoded (`+` is a space), in order. */
export function queryValues(query: string, name: string): string[] {
  if (query === '' || !mayHold(query, name)) return NONE;
  return new URLSearchParams(query).getAll(name);
}

const NONE: string[] = [];

/** Quick refusal without parsing: the name is not there, neither plainly nor, perhaps, encoded. */
function mayHold(query: string, name: string): boolean {
  return query.includes(name) || query.includes('%') || query.includes('+');
}

/**
 * The query without the parameters whose decoded name is in `names`, every other byte as it was.
 * What is laid over the client's query replaces the client's own copy, so a value from the gateway cannot be spoofed.
 */
export function withoutParameters(query: string, names: ReadonlySet<string>): string {
  if (query === '') return query;
  let kept = '';
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (names.has(decodeName(equals === -1 ? pair : pair.slice(0, equals)))) continue;
    kept = kept === '' ? pair : `${kept}&${pair}`;
  }
  return kept;
}

function decodeName(raw: string): string {
  if (!raw.includes('%') && !raw.includes('+')) return raw;
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    // Not UTF-8: compared the way URLSearchParams, and so most backends, would read it.
    return new URLSearchParams(`${raw}=`).keys().next().value ?? raw;
  }
}
