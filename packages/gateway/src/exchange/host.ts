/** Hosts that were seen lately, by the text of the field: clients send few, and the check is not free. */
const known = new Map<string, string>();
const KNOWN_MAX = 4096;

const NAME = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;
const IPV6 = /^\[[0-9a-f:.]{2,45}\]$/i;

/**
 * The host of a Host field, lower case, without port and final dot; undefined when it is not valid (RFC 9112 section 3.2: answer 400).
 * Stricter than RFC 3986's reg-name: names and addresses only, because whatever reads the field behind us may be less strict.
 */
export function parseHost(field: string): string | undefined {
  const cached = known.get(field);
  if (cached !== undefined) return cached;
  if (field.length > 300) return undefined;
  const colon = field.endsWith(']') ? -1 : field.lastIndexOf(':');
  const name = colon === -1 ? field : field.slice(0, colon);
  if (colon !== -1) {
    const port = field.slice(colon + 1);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
  }
  const valid = name.startsWith('[') ? IPV6.test(name) : name.length <= 255 && NAME.test(name);
  if (!valid) return undefined;
  const host = (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(field, host);
  return host;
}
