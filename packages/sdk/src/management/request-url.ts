import { ManagementError } from './management-error.ts';

const PREFIX = '/api/v1';

/** Where the management interface is, from what people call it by: `https://control.example.com:3000`. Throws a TypeError for no such URL. */
export function toBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError('The URL of Gatehouse must be an absolute http or https URL, such as http://127.0.0.1:3000');
  }
  // Not quoted: with user and password in it, it is a secret.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('The URL of Gatehouse must have no user, password, query or fragment');
  }
  url.pathname = `${url.pathname.replace(/\/{1,8}$/, '').replace(/\/api\/v1$/, '')}${PREFIX}`;
  return url;
}

/** The URL of a request. Throws a `ManagementError` for parameters that cannot stand in a path. */
export function toRequestUrl(base: URL, path: string, params: object | undefined, query: object | undefined): URL {
  const values = new Map(Object.entries(params ?? {}));
  const filled = path.replaceAll(/\{(\w{1,64})\}/g, (_, name: string) => toSegment(name, values.get(name)));
  const url = new URL(`${base.pathname}${filled}`, base.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
  }
  return url;
}

/** Dot segments are resolved by URL parsers, encoded ones too: `DELETE /apps/..` would be another operation. */
function toSegment(name: string, value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value);
  if (text === '' || text === '.' || text === '..' || !text.isWellFormed()) {
    const message = `must not be ${text === '' ? 'empty' : `"${text.toWellFormed()}"`}`;
    throw new ManagementError({
      status: 400,
      code: 'request.invalid',
      detail: `params.${name} ${message}`,
      problems: [{ severity: 'error', code: 'request.invalid-value', message, path: ['params', name] }],
    });
  }
  return encodeURIComponent(text);
}
