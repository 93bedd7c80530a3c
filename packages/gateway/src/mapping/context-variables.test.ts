import type { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ClientCertificate } from '../exchange/client-certificate.ts';
import { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { createEndedExchange, createTestPublication, createTestRoute } from '../telemetry/test-exchange.ts';
import { ContextVariableError, compileContextVariable } from './context-variables.ts';

function endedExchange() {
  const exchange = createEndedExchange({ fields: ['User-Agent', 'curl/8.1'] });
  exchange.requestBytes = 8;
  exchange.mappingKey = 'v1/pets';
  exchange.retries = 1;
  exchange.principal = { id: 'app-1', kind: 'app' };
  exchange.authorizer = { principalId: 'user-7', 'maya-user-id': '7', 'claims.sub': 's', 'claims.cognito:groups': 'a,b' };
  return exchange;
}

test.each([
  ['requestId', 'request-1'],
  ['extendedRequestId', 'request-1'],
  ['apiId', 'petstore'],
  ['stage', 'production'],
  ['httpMethod', 'GET'],
  ['path', '/petstore/pets/1'],
  ['protocol', 'HTTP/1.1'],
  ['resourcePath', '/pets/{id}'],
  ['routeKey', 'GET /pets/{id}'],
  ['domainName', 'api.example.com'],
  ['domainPrefix', 'api'],
  ['identity.sourceIp', '203.0.113.9'],
  ['identity.userAgent', 'curl/8.1'],
  ['authorizer.principalId', 'user-7'],
  ['authorizer.maya-user-id', '7'],
  ['authorizer.claims.sub', 's'],
  ['authorizer.claims.cognito:groups', 'a,b'],
  ['integration.status', '200'],
  ['integrationStatus', '200'],
  ['integration.latency', '3'],
  ['responseLength', '34'],
  ['dataProcessed', '42'],
  ['status', '200'],
  ['customDomain.basePathMatched', 'v1/pets'],
  ['backendTarget', 'http://10.0.0.1:8080'],
  ['retries', '1'],
  ['app', 'app-1'],
  ['traceId', '0af7651916cd43dd8448eb211c80319c'],
])('%s is %s', (name, value) => {
  expect(compileContextVariable(name)(endedExchange())).toBe(value);
});

test("a client's certificate is told by Amazon's names, escaped so that no value passes for another attribute", () => {
  const certificate = {
    subject: 'C=US\nO=Pets\\, Inc\\0ACN=admin\nCN=client',
    issuer: 'CN=Partners',
    serialNumber: '00F1A2B3C4D5E6F70102',
    validFrom: 'Aug 29 00:28:21 2020 GMT',
    validTo: 'Aug  5 00:28:21 2120 GMT',
    validToDate: new Date(0),
    fingerprint256: 'AB:CD',
    toString: () => 'PEM',
  };
  const head = {
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    fields: new Fields(),
    body: null,
    peerAddress: '',
    encrypted: true,
    upgrade: '',
  };
  const tlsClient = { rule: '', certificate: new ClientCertificate(certificate as unknown as X509Certificate, false), fault: '' };
  const exchange = new Exchange('id', 0, { ...head, tlsClient }, false, '', 'https', 'h');
  const value = (name: string) => compileContextVariable(`identity.clientCert.${name}`)(exchange);
  expect(value('subjectDN')).toBe('C=US,O=Pets\\, Inc\\0ACN=admin,CN=client');
  expect(value('issuerDN')).toBe('CN=Partners');
  expect(value('serialNumber')).toBe('00:f1:a2:b3:c4:d5:e6:f7:01:02');
  expect(value('validity.notBefore')).toBe('Aug 29 00:28:21 2020 GMT');
  expect(value('validity.notAfter')).toBe('Aug  5 00:28:21 2120 GMT');
  expect(value('clientCertPem')).toBe('PEM');
  expect(value('fingerprint')).toBe('AB:CD');
  expect(compileContextVariable('identity.clientCert.subjectDN')(endedExchange())).toBeUndefined();
  certificate.serialNumber = '01';
  expect(value('serialNumber')).toBe('1');
});

test('the time of a request is when it came, in the Common Log Format and in milliseconds', () => {
  const exchange = createEndedExchange();
  const expected = Date.now() - performance.now() + exchange.startedMs;
  const epochMs = Number(compileContextVariable('requestTimeEpoch')(exchange));
  expect(Math.abs(epochMs - expected)).toBeLessThan(50);
  const text = compileContextVariable('requestTime')(exchange) ?? '';
  expect(text).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  expect(Math.abs(Date.parse(text.replace(':', ' ').replaceAll('/', ' ')) - epochMs)).toBeLessThan(1100);
});

test.each([
  'authorizer.principalId',
  'authorizer.absent',
  'authorizer.claims',
  'authorizer.toString',
  'authorizer.__proto__',
  'integration.status',
  'integration.latency',
  'integration.error',
  'error.message',
  'apiId',
  'resourcePath',
  'routeKey',
  'customDomain.basePathMatched',
  'app',
  'refusedBy',
])('%s is absent where there is none', (name) => {
  const exchange = createEndedExchange({ route: null });
  expect(compileContextVariable(name)(exchange)).toBeUndefined();
  exchange.authorizer = {};
  expect(compileContextVariable(name)(exchange)).toBeUndefined();
});

test("the app of a caller is never taken for an authorizer's user", () => {
  const exchange = createEndedExchange();
  exchange.principal = { id: 'admin', kind: 'app' };
  expect(compileContextVariable('authorizer.principalId')(exchange)).toBeUndefined();
});

describe('errors', () => {
  function refused(errorProfile: 'problem' | 'aws-rest' | 'aws-http') {
    const exchange = createEndedExchange({ route: createTestRoute(createTestPublication({ errorProfile })) });
    exchange.error = new ErrorReply('backend.failed', { cause: 'http://10.0.0.1:8080: connect ECONNREFUSED' });
    return exchange;
  }

  test.each([
    ['problem', 'The backend failed'],
    ['aws-rest', 'Network error communicating with endpoint'],
    ['aws-http', 'Service Unavailable'],
  ] as const)('the message is worded as the profile %s answers', (profile, message) => {
    expect(compileContextVariable('error.message')(refused(profile))).toBe(message);
    expect(compileContextVariable('error.messageString')(refused(profile))).toBe(`"${message}"`);
    expect(compileContextVariable('error.responseType')(refused(profile))).toBe('INTEGRATION_FAILURE');
    expect(compileContextVariable('error.code')(refused(profile))).toBe('backend.failed');
  });

  test('a mapping never sends out the cause, which is for operators', () => {
    for (const name of ['error.message', 'error.messageString', 'integration.error', 'integrationErrorMessage']) {
      expect(compileContextVariable(name)(refused('problem'))).not.toContain('ECONNREFUSED');
    }
  });
});

test.each([
  'accountId',
  'resourceId',
  'identity.apiKey',
  'identity.cognitoIdentityId',
  'identity.clientCert.subjectDN',
  'waf.status',
  'authenticate.latency',
  'requestOverride.header.x',
  'isCanaryRequest',
  'xrayTraceId',
])('%s is known and has no value here', (name) => {
  expect(compileContextVariable(name)(endedExchange())).toBeUndefined();
});

test.each([
  ['stag', 'stage'],
  ['requestid', 'requestId'],
  ['identity.sourceIP', 'identity.sourceIp'],
  ['identity.userAgents', 'identity.userAgent'],
])('%s is refused: did you mean %s?', (name, meant) => {
  expect(() => compileContextVariable(name)).toThrow(ContextVariableError);
  expect(() => compileContextVariable(name)).toThrow(`did you mean "${meant}"?`);
});

test.each(['', 'authorizer.', 'constructor', 'wholly.unlike.anything'])('"%s" is refused without a guess', (name) => {
  expect(() => compileContextVariable(name)).toThrow(ContextVariableError);
  expect(() => compileContextVariable(name)).not.toThrow('did you mean');
});
