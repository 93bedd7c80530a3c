import { describe, expect, test } from 'vitest';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { ContextVariableError } from '../mapping/context-variables.ts';
import { AccessLogFormatError, compileAccessLogFormat } from './access-log.ts';
import { createEndedExchange } from './test-exchange.ts';

function line(format: string, exchange: Exchange, durationMs = 4.5678): string {
  const compiled = compileAccessLogFormat(format);
  if (compiled === null) throw new Error(`${format} writes no lines`);
  return compiled(exchange, durationMs);
}

/** What a client may put into its fields and, where a server lets it, its path, to forge lines, fields and terminal commands. */
const EVIL = 'x" 200 999\r\n{"status":200} \\" <b> \u001b[2J \u0000 \u007f \u009b31m \u2028 é \ud800, a=b|c;d\t$context.status';

function evilExchange(): Exchange {
  const exchange = createEndedExchange({ fields: ['User-Agent', EVIL], requestId: EVIL, method: EVIL, target: EVIL });
  exchange.path = EVIL;
  exchange.principal = { id: EVIL, kind: 'app' };
  exchange.error = new ErrorReply('backend.failed', { cause: EVIL, detail: EVIL });
  return exchange;
}

describe('json', () => {
  test('a line holds what happened, and nothing that did not', () => {
    const parsed = JSON.parse(line('json', createEndedExchange({ fields: ['User-Agent', 'curl/8.1'] })));
    expect(parsed.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(parsed.time) - Date.now())).toBeLessThan(60_000);
    expect(parsed).toEqual({
      time: parsed.time,
      requestId: 'request-1',
      api: 'petstore',
      environment: 'production',
      route: '/pets/{id}',
      method: 'GET',
      path: '/petstore/pets/1',
      status: 200,
      durationMs: 4.568,
      backendMs: 3,
      backendStatus: 200,
      backendTarget: 'http://10.0.0.1:8080',
      client: '203.0.113.9',
      host: 'api.example.com',
      userAgent: 'curl/8.1',
      requestBytes: 0,
      responseBytes: 34,
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
  });

  test('a refusal is logged with its policy, its code and the cause that the caller is not told', () => {
    const exchange = createEndedExchange({ route: null });
    exchange.status = 429;
    exchange.error = new ErrorReply('limit.exceeded', { cause: 'key "k"' });
    exchange.refusedBy = 'rate-limit';
    exchange.aborted = true;
    expect(JSON.parse(line('json', exchange))).toMatchObject({
      status: 429,
      error: 'limit.exceeded',
      cause: 'key "k"',
      refusedBy: 'rate-limit',
      aborted: true,
    });
    expect(line('json', exchange)).not.toContain('backend');
  });

  test('whatever a client sends, a request is one line, and a reader gets back what was sent', () => {
    const text = line('json', evilExchange());
    expect(text).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(text)).toMatchObject({ status: 200, userAgent: EVIL, path: EVIL, principal: EVIL, cause: EVIL, requestId: EVIL });
  });

  test('endless values are cut, and never within an escape', () => {
    for (const length of [1023, 1024, 1025, 5000]) {
      for (const character of ['a', '"', 'é']) {
        const { userAgent } = JSON.parse(line('json', createEndedExchange({ fields: ['User-Agent', `xy${character.repeat(length)}`] })));
        expect(userAgent.length).toBeLessThanOrEqual(1024);
        expect(`xy${character.repeat(length)}`.startsWith(userAgent.replace(/\.\.\.$/, ''))).toBe(true);
      }
    }
    expect(line('json', evilExchange()).length).toBeLessThan(4096);
  });
});

describe.each(['json', 'clf', '$context.requestId $context.path $context.httpMethod $context.resourcePath $context.error.message'])(
  '%s',
  (format) => {
    test('neither queries nor passwords of a URL are logged', () => {
      const plain = createEndedExchange({ target: '/pets?api_key=SECRET#SECRET' });
      expect(line(format, plain)).not.toContain('SECRET');
      const refused = createEndedExchange({ target: '//user:SECRET@host/%zz?token=SECRET', route: null });
      refused.path = '';
      expect(line(format, refused)).not.toContain('SECRET');
      expect(line(format, refused)).toContain('/%zz');
    });
  },
);

describe('clf', () => {
  test('is the Common Log Format with the request id behind it', () => {
    const exchange = createEndedExchange();
    exchange.principal = { id: 'frank', kind: 'app' };
    const match = /^(\S+) - (\S+) \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000)\] "(\S+) (\S+) (\S+)" (\d{3}) (\d+) (\S+)\n$/.exec(
      line('clf', exchange),
    );
    expect(match?.slice(1)).toEqual(['203.0.113.9', 'frank', match?.[3], 'GET', '/petstore/pets/1', 'HTTP/1.1', '200', '34', 'request-1']);
  });

  test('nobody forges a field of it', () => {
    const parts = line('clf', evilExchange()).split('"');
    expect(parts).toHaveLength(3);
    expect(parts[0]).toMatch(/^203\.0\.113\.9 - [^ [\]]+ \[[\w/:]+ \+0000\] $/);
    expect(parts[2]).toMatch(/^ 200 34 [!-~]+\n$/);
  });
});

describe('a line with variables', () => {
  test('what has no value prints a dash', () => {
    const format =
      '$context.requestId $context.accountId $context.identity.userAgent "$context.authorizer.principalId" $context.error.code';
    expect(line(format, createEndedExchange())).toBe('request-1 - - "-" -\n');
  });

  test("Amazon's JSON preset stays JSON, whatever a client sends", () => {
    const format =
      '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod",' +
      '"userAgent":"$context.identity.userAgent", "status":"$context.status","latency":$context.responseLatency, "message":$context.error.messageString }';
    const text = line(format, evilExchange());
    expect(JSON.parse(text)).toMatchObject({ status: '200', userAgent: EVIL, httpMethod: EVIL, latency: 5, message: EVIL });
    expect(text.match(/\n/g)).toHaveLength(1);
  });

  test.each([
    [',', '$context.requestId,$context.identity.userAgent,$context.status', 2],
    ['|', '$context.requestId|$context.identity.userAgent|$context.status', 2],
    ['<', '<request id="$context.requestId"><ua>$context.identity.userAgent</ua><s>$context.status</s></request>', 6],
    ["'", "'$context.requestId' '$context.identity.userAgent'", 4],
    ['"', '<request id="$context.requestId" ua="$context.identity.userAgent"/>', 4],
  ])('what separates its values (%s) is in none of them', (separator, format, count) => {
    expect(line(format, evilExchange()).split(separator)).toHaveLength(count + 1);
  });

  test.each([
    ['no request id', '$context.status', /requestId/],
    ['a request id that is none', '$context.requestIds', /requestId/],
    ['several lines', '$context.requestId\n$context.status', /one line/],
    ["another server's variables", '$context.requestId $request_uri', /\$request_uri/],
    ['a format that is too long', `$context.requestId ${'x'.repeat(4000)}`, /longer/],
  ])('%s is refused', (_, format, message) => {
    expect(() => compileAccessLogFormat(format)).toThrow(AccessLogFormatError);
    expect(() => compileAccessLogFormat(format)).toThrow(message);
  });

  test('an unknown variable is refused with the one that may be meant', () => {
    expect(() => compileAccessLogFormat('$context.requestId $context.responseLatenzy')).toThrow(ContextVariableError);
    expect(() => compileAccessLogFormat('$context.requestId $context.responseLatenzy')).toThrow(/responseLatency/);
  });

  test('none writes nothing', () => {
    expect(compileAccessLogFormat('none')).toBeNull();
  });
});
