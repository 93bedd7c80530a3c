import type { Fields } from '../../exchange/fields.ts';
import { parseTrailers } from '../http1/trailers.ts';

/**
 * Trailers as they came, a flat list, by the rules that hold in HTTP/1.1: what may not stand there is dropped. Throws
 * `MessageSyntaxError` when they are not valid, and with `framingRefused` when there is framing among them.
 */
export function readTrailers(list: readonly string[], framingRefused: boolean): Fields {
  let text = '';
  for (let i = 0; i < list.length; i += 2) text += `${list[i]}: ${list[i + 1]}\r\n`;
  return parseTrailers(`${text}\r\n`, framingRefused);
}

/** As node:http2 takes them. */
export function toTrailerObject(trailers: Fields | undefined): Record<string, string[]> {
  const object: Record<string, string[]> = Object.create(null);
  trailers?.forEach((name, value) => {
    const lowerName = name.toLowerCase();
    const values = object[lowerName];
    if (values === undefined) object[lowerName] = [value];
    else values.push(value);
  });
  return object;
}
