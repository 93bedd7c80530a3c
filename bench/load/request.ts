/** Path of the request: an operation of the API that the gateway is configured with. Other proxies pass it on. */
export const REQUEST_TARGET = '/api-057/things-1/42?fields=name';

/** Key that chains with a key check know. */
export const API_KEY = 'bench-key-500';

/** Six fields; Host is the seventh. A browser's request in little, with Origin so that CORS has something to do. */
export const REQUEST_FIELDS: readonly (readonly [string, string])[] = [
  ['User-Agent', 'bench/1.0'],
  ['Accept', 'application/json'],
  ['Accept-Language', 'en-GB,en;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate'],
  ['Origin', 'https://portal.example.com'],
  ['X-Api-Key', API_KEY],
];

/** Bytes of the response's body. */
export const BODY_BYTES = 1024;
