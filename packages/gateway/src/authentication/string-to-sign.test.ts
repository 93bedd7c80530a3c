import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Fields } from '../exchange/fields.ts';
import { readSignedNames, stringsToSign } from './string-to-sign.ts';

/**
 * Published vectors: alibaba/higress, plugins/wasm-cpp/extensions/hmac_auth (Apache-2.0; plugin_test.cc at 0628785, README_EN.md at
 * 0d56f12), and the example of Alibaba's documentation, whose secret is not published.
 */
const VECTORS = [
  {
    name: 'GET with JSON, signed fields in lower case',
    secret: 'appSecret',
    method: 'GET',
    target: '/Third/Tools/checkSign',
    form: '',
    fields: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-ca-timestamp': '1646365291734',
      'x-ca-nonce': '787dd0c2-7bd8-41cd-9c19-62c05ea524a2',
      'x-ca-key': 'appKey',
    },
    signed: 'x-ca-key,x-ca-nonce,x-ca-timestamp',
    string:
      'GET\napplication/json\n\napplication/json\n\nx-ca-key:appKey\nx-ca-nonce:787dd0c2-7bd8-41cd-9c19-62c05ea524a2\nx-ca-timestamp:1646365291734\n/Third/Tools/checkSign',
    signature: 'EdJSFAMOWyXZOpXhevZnjuS0ZafnwnCqaSk5hz+tXo8=',
  },
  {
    name: 'POST of a form, whose parameters join those of the query',
    secret: 'appSecret',
    method: 'POST',
    target: '/Third/User/getNyAccessToken',
    form: 'nickname=nickname&room_id=6893&uuid=uuid&photo=photo',
    fields: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'x-ca-timestamp': '1646646682418',
      'x-ca-nonce': 'ca5a6753-b76c-4fff-a9d9-e5bb643e8cdf',
      'x-ca-key': 'appKey',
    },
    signed: 'x-ca-key,x-ca-nonce,x-ca-timestamp',
    string:
      'POST\napplication/json\n\napplication/x-www-form-urlencoded\n\nx-ca-key:appKey\nx-ca-nonce:ca5a6753-b76c-4fff-a9d9-e5bb643e8cdf\nx-ca-timestamp:1646646682418\n/Third/User/getNyAccessToken?nickname=nickname&photo=photo&room_id=6893&uuid=uuid',
    signature: 'gmf9xq0hc95Hmt+7G+OocS009ka3v1v0rvfshKzYc3w=',
  },
  {
    name: 'the example of the documentation: the list of signed fields is not sorted, the string is',
    secret: null,
    method: 'POST',
    target: '/http2test/test?param1=test',
    form: 'username=xiaoming&password=123456789',
    fields: {
      host: 'api.aliyun.com',
      accept: 'application/json; charset=utf-8',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-ca-timestamp': '1525872629832',
      date: 'Wed, 09 May 2018 13:30:29 GMT+00:00',
      'x-ca-nonce': 'c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44',
      'x-ca-key': '203753385',
      'x-ca-signature-method': 'HmacSHA256',
    },
    signed: 'x-ca-timestamp,x-ca-key,x-ca-nonce,x-ca-signature-method',
    string:
      'POST\napplication/json; charset=utf-8\n\napplication/x-www-form-urlencoded; charset=utf-8\nWed, 09 May 2018 13:30:29 GMT+00:00\nx-ca-key:203753385\nx-ca-nonce:c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44\nx-ca-signature-method:HmacSHA256\nx-ca-timestamp:1525872629832\n/http2test/test?param1=test&password=123456789&username=xiaoming',
    signature: null,
  },
];

function stringsOf(
  target: string,
  { method = 'GET', form = '', signed = '', fields = {} as Record<string, string> } = {},
): readonly string[] {
  const names = readSignedNames(signed);
  if ('fault' in names) throw new Error(names.fault);
  const built = stringsToSign({ method, target, fields: new Fields(Object.entries(fields).flat()), signedNames: names.names, form });
  if ('fault' in built) throw new Error(built.fault);
  return built.strings;
}

test.each(VECTORS)('published vector: $name', ({ secret, method, target, form, fields, signed, string, signature }) => {
  expect(stringsOf(target, { method, form, signed, fields: fields as unknown as Record<string, string> })).toEqual([string]);
  if (secret !== null) expect(createHmac('sha256', secret).update(string).digest('base64')).toBe(signature);
});

describe('what a client may have signed', () => {
  const resources = (target: string, form = '') => stringsOf(target, { form }).map((text) => text.split('\n').at(-1));

  test('is one string for an ordinary request', () => {
    expect(resources('/a?c=3&b=&a')).toEqual(['/a?a&b&c=3']);
    expect(resources('/a')).toEqual(['/a']);
    expect(resources('/a?')).toEqual(['/a']);
    expect(resources('/a?=1&&')).toEqual(['/a']);
  });

  test('has the first value of a repeated parameter, or all of them with commas, also empty ones', () => {
    expect(resources('/a?b=1&b=2')).toEqual(['/a?b=1', '/a?b=1,2']);
    expect(resources('/a?b=&b=2')).toEqual(['/a?b', '/a?b=,2']);
  });

  test("has the form's value of a parameter that is in query and form", () => {
    expect(resources('/a?b=1&c=2', 'b=3')).toEqual(['/a?b=3&c=2']);
  });

  test('is sorted by UTF-16 units, and values are decoded', () => {
    expect(resources('/a?b=%7E+%25&B=%F0%9F%90%B1&_=1&a=%E4%BD%A0')).toEqual(['/a?B=🐱&_=1&a=你&b=~ %']);
    expect(resources('/a?__proto__=1&constructor=2')).toEqual(['/a?__proto__=1&constructor=2']);
  });

  test('has the path as it was sent, or decoded where that is the same path', () => {
    expect(resources('/a%20b?c=1')).toEqual(['/a%20b?c=1', '/a b?c=1']);
    for (const path of ['/a%2Fb', '/a%2fb', '/a%3Fb', '/a%5Cb', '/a%252Fb', '/a%0Ab', '/a%E4b']) expect(resources(path)).toEqual([path]);
  });

  test('has every line of a field that came twice', () => {
    const built = stringsToSign({
      method: 'GET',
      target: '/',
      fields: new Fields(['X-A', '1', 'x-a', '2']),
      signedNames: ['X-A'],
      form: '',
    });
    expect(built).toEqual({ strings: ['GET\n\n\n\n\nX-A:1, 2\n/', 'GET\n\n\n\n\nx-a:1, 2\n/'] });
  });

  test('has too many parameters for a signature at some point', () => {
    const many = `/a?${'a=1&'.repeat(2001)}`;
    expect(stringsToSign({ method: 'GET', target: many, fields: new Fields(), signedNames: [], form: '' })).toHaveProperty('fault');
  });
});

test('a list of signed fields that is no list of field names is refused', () => {
  for (const list of ['a b', 'a,b\u00e4', 'x'.repeat(5000), Array.from({ length: 65 }, (_, i) => `x-${i}`).join(',')])
    expect(readSignedNames(list)).toHaveProperty('fault');
  expect(readSignedNames(' X-B , ,X-A,Accept,content-md5,X-Ca-Signature,X-B')).toEqual({ names: ['X-B', 'X-A'] });
});
