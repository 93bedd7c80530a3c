import { describe, expect, test } from 'vitest';
import { namesUnixSocket, parseTargetUrl, readTargetUrl } from './target-url.ts';

describe('where the URL of a target leads', () => {
  test.each([
    ['http://10.0.0.1:8080/base/', { host: '10.0.0.1', port: 8080, authority: '10.0.0.1:8080', pathPrefix: '/base' }],
    ['https://api.example', { protocol: 'https:', port: 443, authority: 'api.example', pathPrefix: '', prefix: 'https://api.example' }],
    ['http://[::1]:9000', { host: '::1', port: 9000, authority: '[::1]:9000' }],
    ['unix:/run/app.sock', { protocol: 'http:', socketPath: '/run/app.sock', pathPrefix: '', origin: 'unix:/run/app.sock' }],
    [
      'unix:/run/app.sock:/v1/',
      { socketPath: '/run/app.sock', pathPrefix: '/v1', authority: 'localhost', prefix: 'unix:/run/app.sock:/v1' },
    ],
    ['unix:/run/app.sock:/', { socketPath: '/run/app.sock', pathPrefix: '' }],
  ])('%s', (text, expected) => {
    expect(parseTargetUrl(text)).toMatchObject(expected);
  });

  test.each([
    ['ftp://example', /must be an absolute http, https or unix URL/],
    ['http://user:secret@example', /without user, query or fragment/],
    ['http://example/?a=b', /without user, query or fragment/],
    ['http://unix:/run/app.sock:/v1', /is written unix:\/run\/app\.sock:\/v1 here/],
    ['unix:run/app.sock', /an absolute path/],
    ['unix://run/app.sock', /plain path/],
    ['unix:/run/../etc/app.sock', /plain path/],
    ['unix:/run/', /plain path/],
    ['unix:/run/a%2fb', /printable characters/],
    ['unix:/run/app.sock:v1', /may end with : and a base path/],
    ['unix:/run/app.sock:/v1?x', /printable characters/],
    ['unix:/run/app.sock\0', /printable characters/],
    ['UNIX:/run/app.sock', /must be unix:/],
    [`unix:/${'a'.repeat(107)}`, /longer than 107 bytes/],
  ])('%s is refused, and said why', (text, message) => {
    expect(readTargetUrl(text)).toMatch(message);
    expect(() => parseTargetUrl(text)).toThrow(message);
  });

  test('a definition with one socket among its targets names a socket', () => {
    expect(namesUnixSocket({ targets: [{ url: 'http://a' }, { url: 'unix:/run/app.sock' }] })).toBe(true);
    expect(namesUnixSocket({ url: 'unix:/run/app.sock' })).toBe(true);
    expect(namesUnixSocket({ url: 'http://unix' })).toBe(false);
  });
});
