/**
 * Percent-encodes everything but the unreserved characters of RFC 3986, 2.3: what `encodeURIComponent` leaves (`!'()*`) has a meaning in
 * some shells, routers and logs. A half of a surrogate pair, which has no UTF-8, becomes U+FFFD.
 */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, toPercent);
}

/** Leaves reserved characters as they are (`allowReserved`), but for those that would end the value or the query. */
export function encodeReserved(text: string): string {
  return encodeURI(text.toWellFormed())
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']')
    .replaceAll(/[#&+=']/g, toPercent);
}

function toPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
