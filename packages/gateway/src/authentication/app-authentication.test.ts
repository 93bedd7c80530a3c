import { createHmac } from 'node:crypto';
import { type AppRecord, hashAppCode, type RouteAuthentication } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import { Trace } from '../debug/trace.ts';
import { BufferedBody } from '../exchange/body.ts';
import type { Exchange, RequestBody } from '../exchange/exchange.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { PASS, type Verdict } from '../pipeline/policy-kind.ts';
import { createTestExchange, createTestServices } from '../policies/test-exchange.ts';
import { AppAuthentication } from './app-authentication.ts';

const CODE_KEY = Buffer.alloc(32, 7).toString('base64');
const MINUTE = 60_000;
const SETTINGS: RouteAuthentication = {
  kind: 'app',
  appCode: 'header-and-query',
  signature: true,
  requireNonce: false,
  forwardCredentials: false,
};

function open(more: Partial<AppRecord> = {}) {
  const services = createTestServices();
  const app: AppRecord = {
    id: 'id-1',
    name: 'partner',
    keys: [{ appKey: 'app-key', appSecret: 'app-secret', codeHash: hashAppCode(CODE_KEY, 'app-code') }],
    grants: [{ api: 'pets', environment: 'test' }],
    ...more,
  };
  services.store.replace([app], { codeKey: CODE_KEY });
  const authentication = new AppAuthentication(SETTINGS, { api: 'pets', environment: 'test', answersPreflights: false }, services);
  const run = (exchange: Exchange) => authentication.run(exchange) as Verdict;
  return { services, app, run, withCode: () => run(createTestExchange({ fields: ['X-Api-Key', 'app-code'] })) };
}

/** Code and cause of a refusal, or that there was none. */
function shown(verdict: Verdict): unknown {
  return verdict instanceof ErrorReply ? [verdict.code, verdict.cause] : verdict;
}

test('an authorization ends by itself, and looks to the caller as if it had never been; the operator learns which', () => {
  const { services, withCode } = open({ grants: [{ api: 'pets', environment: 'test', notAfterMs: 1_800_000_000_000 + MINUTE }] });
  expect(withCode()).toBe(PASS);
  services.nowMs += MINUTE;
  const expired = withCode();
  expect(shown(expired)).toEqual(['auth.not-authorized', 'partner for pets in test: its authorization has expired']);
  const never = open({ grants: [] }).withCode();
  expect(shown(never)).toEqual(['auth.not-authorized', 'partner for pets in test: it was never authorized']);
  const visible = (verdict: Verdict) => verdict instanceof ErrorReply && [verdict.code, verdict.detail, verdict.fields, verdict.status];
  expect(visible(expired)).toEqual(visible(never));
});

test('a key that has expired is as good as none', () => {
  const { services, app } = open();
  const [key] = app.keys;
  if (key === undefined) throw new Error('no key');
  const { withCode } = open({ keys: [{ ...key, notAfterMs: services.nowMs }] });
  expect(shown(withCode())).toEqual(['auth.invalid-code', 'an AppCode of partner has expired']);
});

test('as long as no credentials are loaded nobody is called a stranger', () => {
  const services = createTestServices();
  const authentication = new AppAuthentication(SETTINGS, { api: 'pets', environment: 'test', answersPreflights: false }, services);
  expect(shown(authentication.run(createTestExchange()) as Verdict)).toEqual(['auth.unavailable', expect.stringMatching(/loaded/)]);
});

describe('somebody who debugs as an app', () => {
  const debugAs = (run: (exchange: Exchange) => Verdict, id: string | null): { verdict: Verdict; exchange: Exchange } => {
    const exchange = createTestExchange();
    exchange.trace = new Trace({ api: 'pets', environment: 'test', app: id });
    return { verdict: run(exchange), exchange };
  };

  test('needs no credentials, and may what the app may', () => {
    const { run } = open();
    const { verdict, exchange } = debugAs(run, 'id-1');
    expect([verdict, exchange.principal?.name]).toEqual([PASS, 'partner']);
    expect(shown(debugAs(open({ grants: [] }).run, 'id-1').verdict)).toEqual(['auth.not-authorized', expect.stringMatching(/never/)]);
  });

  test('as nobody is an unknown caller', () => {
    const { run } = open();
    expect(shown(debugAs(run, null).verdict)).toEqual(['auth.missing', undefined]);
    expect(shown(debugAs(run, 'partner').verdict)).toEqual(['auth.invalid', expect.stringMatching(/no app/)]);
  });
});

test('a nonce with a time stamp from the future is remembered for as much longer as it could be sent', () => {
  const { services, run } = open();
  const stamp = String(services.nowMs + 14 * MINUTE);
  const signed = () => {
    const text = `GET\n\n\n\n\nX-Ca-Nonce:n\nX-Ca-Timestamp:${stamp}\n/`;
    const signature = createHmac('sha256', 'app-secret').update(text).digest('base64');
    const names = ['X-Ca-Signature-Headers', 'X-Ca-Nonce,X-Ca-Timestamp'];
    return createTestExchange({
      fields: ['X-Ca-Key', 'app-key', 'X-Ca-Nonce', 'n', 'X-Ca-Timestamp', stamp, 'X-Ca-Signature', signature, ...names],
    });
  };
  expect(run(signed())).toBe(PASS);
  services.nowMs += 28 * MINUTE;
  expect(shown(run(signed()))).toEqual(['auth.nonce-used', undefined]);
  services.nowMs += 2 * MINUTE;
  expect(shown(run(signed()))).toEqual(['auth.timestamp-expired', undefined]);
});

describe('a body that is signed', () => {
  const withBody = (appKey: string) => {
    const wanted: string[] = [];
    const body: RequestBody = {
      exchange: null,
      length: 5,
      borrowed: false,
      broken: false,
      start(sink) {
        wanted.push('start');
        new BufferedBody(Buffer.from('hello')).start(sink);
      },
      pause() {},
      resume() {},
      cancel() {},
    };
    const fields = ['X-Ca-Key', appKey, 'X-Ca-Signature', 'c2ln', 'Content-MD5', 'XUFAKrxLKna5cZ2REBfFkg=='];
    return { wanted, exchange: createTestExchange({ method: 'POST', fields, body }) };
  };

  test('is not read for an AppKey of nobody, or one that has expired', () => {
    const { services, app, run } = open();
    const unknown = withBody('nobody');
    expect(shown(run(unknown.exchange))).toEqual(['auth.invalid', expect.stringMatching(/no app/)]);
    const [key] = app.keys;
    if (key === undefined) throw new Error('no key');
    const expired = withBody('app-key');
    const { run: runExpired } = open({ keys: [{ ...key, notAfterMs: services.nowMs }] });
    expect(shown(runExpired(expired.exchange))).toEqual(['auth.invalid', expect.stringMatching(/expired/)]);
    expect([unknown.wanted, expired.wanted]).toEqual([[], []]);
  });

  test('does not count when its key was taken away while it came', async () => {
    const { services, run } = open();
    const { wanted, exchange } = withBody('app-key');
    const verdict = run(exchange) as Verdict | Promise<Verdict>;
    services.store.remove('id-1');
    expect(shown(await verdict)).toEqual(['auth.invalid', expect.stringMatching(/no app/)]);
    expect(wanted).toEqual(['start']);
  });
});
