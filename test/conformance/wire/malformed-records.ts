import { malformedFields } from '../malformed-fields.ts';
import { malformedFraming } from '../malformed-framing.ts';
import type { MalformedRecord } from '../malformed-record.ts';
import { malformedTargets } from '../malformed-target.ts';
import { accepted, broken, type Difference, refused, type WireRecord } from './wire-record.ts';

/** The listener hands on every target in origin-form; what the path means, and which paths mean nothing, the router decides. */
const ROUTERS = /^(?:a fragment|a backslash|path |"\\u00e9" in the query|"\\xe9")/;
/** Lengths that are valid and more than anybody takes: refused by bodyBytes, behind the listener. */
const LIMITED = /^Content-Length past 2\^53$/;

const ORDERS = accepted('GET', '/orders');
const POSTED = accepted('POST', '/orders', { body: 'hello' });
const LATE = 'Handed over before it is refused.';

/** What plain node:http does with some of them, by their id. */
const PLAIN: readonly [id: RegExp, difference: Difference][] = [
  [/^(?:two Hosts|Host: (?!gw\0))/, { expect: [ORDERS], why: 'Only that there is a Host is looked at; of several the first is taken.' }],
  [/^absolute-form$/, { expect: [accepted('GET', 'http://gw.example/orders')], why: 'Every form of a target is handed over.' }],
  [/^absolute-form for/, { expect: [accepted('GET', 'http://internal.example/orders')], why: 'Nobody compares it with Host.' }],
  [/^absolute-form, https/, { expect: [accepted('GET', 'https://gw.example/orders')], why: 'Every form of a target is handed over.' }],
  [/^asterisk-form$/, { expect: [accepted('OPTIONS', '*')], why: 'Every form of a target is handed over.' }],
  [/^asterisk-form with/, { expect: [accepted('GET', '*')], why: 'Every form of a target is handed over.' }],
  [/^CONNECT/, { expect: [refused(0)], why: 'Closed without an answer where nobody listens for CONNECT.' }],
  [/^(?:no version|version HTTP\/0\.9)/, { expect: [ORDERS], closes: true, why: 'HTTP/0.9 is still served.' }],
  [/^version HTTP\/2\.0/, { expect: [ORDERS], closes: true, why: 'Taken for a version of HTTP/1.' }],
  [/^Transfer-Encoding: (?:gzip|identity|xchunked|chunkedx|"chunked"|chunked;q=1)$/, { expect: [broken()], why: LATE }],
  [/^Transfer-Encoding: gzip, chunked/, { expect: [POSTED], why: 'Only that chunked is the last coding is looked at.' }],
  [/^Transfer-Encoding in HTTP\/1\.0/, { expect: [POSTED], closes: true, why: 'The version does not matter to how a body is read.' }],
];

function toWireRecord({ id, rule, request, status, inBody }: MalformedRecord): WireRecord {
  const plain = PLAIN.find(([pattern]) => pattern.test(id))?.[1];
  return {
    id: `malformed: ${id}`,
    rule,
    send: request,
    expect: [inBody === true ? broken(status) : refused(status)],
    ...(plain !== undefined && { differs: { 'node:http': plain } }),
  };
}

/** The records of messages that the whole gateway must refuse, asked of the listener alone. */
export const malformedRecords: readonly WireRecord[] = [
  ...malformedFields,
  ...malformedFraming.filter(({ id }) => !LIMITED.test(id)),
  ...malformedTargets.filter(({ id }) => !ROUTERS.test(id)),
].map(toWireRecord);
