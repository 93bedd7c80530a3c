import type { Parameter, ParameterStyle } from '../openapi/parameter.ts';
import { encodeReserved, encodeStrictly } from './percent.ts';

/** What a parameter is given: one text, several, or named ones. */
export type ParameterValue = string | readonly string[] | ReadonlyMap<string, string>;

type Written = Pick<Parameter, 'name' | 'style' | 'explode' | 'allowReserved'>;

/** Between the items of a list that is not exploded. Percent-encoded where RFC 3986 has no such character in a query. */
const DELIMITERS: Partial<Record<ParameterStyle, string>> = { spaceDelimited: '%20', pipeDelimited: '%7C', tabDelimited: '%09' };

/** The parts of a query that a parameter makes: `tag=a`, `tag=b`. As OpenAPI 3.1, 4.8.12.3 (RFC 6570) writes them. */
export function writeQuery({ name, style, explode, allowReserved }: Written, value: ParameterValue): string[] {
  const encode = allowReserved ? encodeReserved : encodeStrictly;
  const key = encodeStrictly(name);
  if (typeof value === 'string') return [`${key}=${encode(value)}`];
  if (value instanceof Map) {
    const entries = [...value];
    if (style === 'deepObject') return entries.map(([field, text]) => `${encodeStrictly(`${name}[${field}]`)}=${encode(text)}`);
    if (explode) return entries.map(([field, text]) => `${encodeStrictly(field)}=${encode(text)}`);
    return entries.length === 0
      ? []
      : [
          `${key}=${entries
            .flat()
            .map(encode)
            .join(DELIMITERS[style] ?? ',')}`,
        ];
  }
  const items = [...(value as readonly string[])].map(encode);
  if (items.length === 0) return [];
  if (style === 'deepObject') return items.map((item, index) => `${encodeStrictly(`${name}[${index}]`)}=${item}`);
  return explode ? items.map((item) => `${key}=${item}`) : [`${key}=${items.join(DELIMITERS[style] ?? ',')}`];
}

/** What stands for the parameter in the path: `;id=3,4` for matrix. */
export function writePath({ name, style, explode, allowReserved }: Written, value: ParameterValue): string {
  // A slash would make two segments of one, whatever is allowed.
  const encode = (text: string) =>
    allowReserved ? encodeReserved(text).replaceAll(/[/?]/g, (found) => encodeURIComponent(found)) : encodeStrictly(text);
  const key = encode(name);
  if (typeof value === 'string') return style === 'matrix' ? `;${key}=${encode(value)}` : `${style === 'label' ? '.' : ''}${encode(value)}`;
  const pairs = value instanceof Map ? [...value].map(([field, text]) => [encode(field), encode(text)]) : undefined;
  const items = pairs === undefined ? [...(value as readonly string[])].map(encode) : pairs.map((pair) => pair.join(explode ? '=' : ','));
  if (style === 'matrix') {
    if (!explode) return `;${key}=${items.join(',')}`;
    return items.map((item) => (pairs === undefined ? `;${key}=${item}` : `;${item}`)).join('');
  }
  if (style === 'label') return `.${items.join(explode ? '.' : ',')}`;
  return items.join(DELIMITERS[style] ?? ',');
}

/** The value of a header; it is not percent-encoded. */
export function writeHeader({ explode }: Pick<Written, 'explode'>, value: ParameterValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Map) return [...value].map((pair) => pair.join(explode ? '=' : ',')).join(',');
  return [...(value as readonly string[])].join(',');
}
