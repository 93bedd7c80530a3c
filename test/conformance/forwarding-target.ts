import { head } from '../support/origin-script.ts';
import type { ForwardingRecord } from './forwarding-record.ts';

/** What the client asks for, what the backend is asked for, and why. Policies see the same path as the backend. */
const targets: readonly [asked: string, forwarded: string, rule: string][] = [
  ['/', '/', 'RFC 9112 section 3.2.1'],
  ['/orders/17', '/orders/17', 'RFC 9112 section 3.2.1'],
  ['/orders/', '/orders/', "a trailing slash is the backend's business"],
  ['/a%2Fb', '/a%2Fb', 'RFC 3986 section 2.2: an encoded slash is not a separator'],
  ['/a%41b', '/aAb', 'RFC 3986 section 6.2.2.2: encoded unreserved characters are the characters'],
  ['/%7Euser', '/~user', 'RFC 3986 section 6.2.2.2'],
  ['/a%2541b', '/a%2541b', 'RFC 3986 section 2.4: never decoded twice'],
  ['/a%252Fb', '/a%252Fb', 'RFC 3986 section 2.4: never decoded twice'],
  ['/a%252e%252e%252fb', '/a%252e%252e%252fb', 'RFC 3986 section 2.4: never decoded twice'],
  ['/a%20b', '/a%20b', 'RFC 3986 section 2.1'],
  ['/caf%C3%A9', '/caf%C3%A9', 'RFC 3987 section 3.1'],
  ["/a!$&'()*+,;=:@b", "/a!$&'()*+,;=:@b", 'RFC 3986 section 3.3: pchar stays as it is'],
  ['/a;x=1/b', '/a;x=1/b', 'RFC 3986 section 3.3: path parameters stay'],
  ['/a/./b', '/a/b', 'RFC 3986 section 5.2.4'],
  ['/a/../b', '/b', 'RFC 3986 section 5.2.4'],
  ['/a/b/..', '/a/', 'RFC 3986 section 5.2.4'],
  ['/a/b/.', '/a/b/', 'RFC 3986 section 5.2.4'],
  ['/a/%2e%2e/b', '/b', 'RFC 3986 section 6.2.2: decoding comes before dot segments'],
  ['/a/%2E/b', '/a/b', 'RFC 3986 section 6.2.2'],
  ['/a/.%2e/b', '/b', 'RFC 3986 section 6.2.2'],
  ['/a/...', '/a/...', 'RFC 3986 section 5.2.4: three dots are a name'],
  ['/a/..b', '/a/..b', 'RFC 3986 section 5.2.4: a name that begins with dots'],
  ['//a//b', '/a/b', 'seed: empty segments are merged, so that policy and backend see one path'],
  ['/a///b/', '/a/b/', 'seed: empty segments are merged'],
  ['//evil.example/a', '/evil.example/a', 'RFC 3986 section 3.3: never a network-path reference'],
];

/** Of the query every byte stays. */
const queries = [
  '',
  '?a=1&b=2',
  '?b=2&a=1&a=0',
  '?a=%41&b=%2f&c=%2F',
  '?a=1+1&b=%20',
  '?a',
  '?a=&=b&&c',
  '?a=/../..//b',
  '?a=?b?',
  '?a=%252e',
  // What browsers do not encode in a query (URL standard, query percent-encode set).
  '?a=[b]\\^`{|}',
  "?a=!$'()*,;:@/",
];

export const forwardingTargets: readonly ForwardingRecord[] = [
  ...targets.map(
    ([asked, forwarded, rule]): ForwardingRecord => ({
      id: `${asked} is forwarded as ${forwarded}`,
      rule,
      request: head(`GET ${asked} HTTP/1.1`, 'Host: gw.example'),
      expect: { status: 200, backend: { line: `GET ${forwarded} HTTP/1.1` } },
    }),
  ),
  ...queries.map(
    (query): ForwardingRecord => ({
      id: `the query ${query === '' ? '(none)' : query} is forwarded byte for byte`,
      rule: 'RFC 3986 section 3.4: its syntax belongs to the backend',
      request: head(`GET /orders${query} HTTP/1.1`, 'Host: gw.example'),
      expect: { status: 200, backend: { line: `GET /orders${query} HTTP/1.1` } },
    }),
  ),
];
