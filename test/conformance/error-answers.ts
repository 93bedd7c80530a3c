import type { FieldExpectations } from '../support/matchers.ts';
import type { ErrorRecord } from './error-record.ts';

const AWS = 'reference 2e, gateway responses';
const AWS_HTTP_TIMEOUT = 'reference 2e, limits: HTTP API answers 503 {"message":"Service Unavailable"} (serverless/serverless#11222)';
const PROBLEM = 'RFC 9457; INTERFACES 7';

function problem(cause: ErrorRecord['cause'], status: number, code: string, fields: FieldExpectations = {}): ErrorRecord {
  return {
    cause,
    profile: 'problem',
    rule: PROBLEM,
    expect: {
      status,
      fields: { 'content-type': 'application/problem+json', 'x-amzn-errortype': null, ...fields },
      body: { type: `urn:gatehouse:error:${code}`, status, code },
    },
  };
}

function aws(
  profile: 'aws-rest' | 'aws-http',
  cause: ErrorRecord['cause'],
  status: number,
  message: string,
  fields: FieldExpectations = {},
  rule = AWS,
): ErrorRecord {
  const id: FieldExpectations =
    profile === 'aws-rest' ? { 'x-amzn-requestid': /^[\x21-\x7e]{8,128}$/ } : { 'apigw-requestid': /^[\x21-\x7e]{8,128}$/ };
  return { cause, profile, rule, expect: { status, fields: { 'content-type': 'application/json', ...id, ...fields }, body: { message } } };
}

const errorType = (type: string): FieldExpectations => ({ 'x-amzn-errortype': type });

export const errorAnswers: readonly ErrorRecord[] = [
  problem('unknown-route', 404, 'route.not-found'),
  aws(
    'aws-rest',
    'unknown-route',
    403,
    'Missing Authentication Token',
    errorType('MissingAuthenticationTokenException'),
    'reference 2d, REST, recorded',
  ),
  aws('aws-http', 'unknown-route', 404, 'Not Found', {}, 'reference 2d, HTTP API'),

  problem('wrong-method', 405, 'route.method-not-allowed', { allow: /^(?=.*\bGET\b)(?=.*\bPUT\b)(?!.*\bDELETE\b)/ }),
  aws(
    'aws-rest',
    'wrong-method',
    403,
    'Missing Authentication Token',
    errorType('MissingAuthenticationTokenException'),
    'reference 2d: also for a wrong method',
  ),
  aws('aws-http', 'wrong-method', 404, 'Not Found', {}, 'reference 2d, HTTP API'),

  problem('refused-by-address', 403, 'access.forbidden'),
  aws('aws-rest', 'refused-by-address', 403, 'Forbidden', errorType('ForbiddenException')),
  aws('aws-http', 'refused-by-address', 403, 'Forbidden'),

  problem('over-limit', 429, 'limit.exceeded', { 'retry-after': /^\d{1,5}$/, ratelimit: /./, 'ratelimit-policy': /./ }),
  aws('aws-rest', 'over-limit', 429, 'Too Many Requests', { ...errorType('TooManyRequestsException'), 'retry-after': /^\d{1,5}$/ }),
  aws('aws-http', 'over-limit', 429, 'Too Many Requests', { 'retry-after': /^\d{1,5}$/ }),

  problem('body-too-large', 413, 'request.body-too-large'),
  aws('aws-rest', 'body-too-large', 413, 'Request Too Long'),
  aws('aws-http', 'body-too-large', 413, 'Request Too Long'),

  problem('backend-resets', 502, 'backend.failed'),
  aws('aws-rest', 'backend-resets', 504, 'Network error communicating with endpoint', errorType('InternalServerErrorException')),
  aws('aws-http', 'backend-resets', 503, 'Service Unavailable'),

  problem('backend-refuses', 502, 'backend.failed'),
  aws('aws-rest', 'backend-refuses', 504, 'Network error communicating with endpoint', errorType('InternalServerErrorException')),
  aws('aws-http', 'backend-refuses', 503, 'Service Unavailable'),

  problem('backend-stalls', 504, 'backend.timeout'),
  aws('aws-rest', 'backend-stalls', 504, 'Endpoint request timed out', errorType('InternalServerErrorException')),
  aws('aws-http', 'backend-stalls', 503, 'Service Unavailable', {}, AWS_HTTP_TIMEOUT),

  problem('no-healthy-target', 503, 'backend.unavailable'),
  aws('aws-rest', 'no-healthy-target', 504, 'Network error communicating with endpoint', errorType('InternalServerErrorException')),
  aws('aws-http', 'no-healthy-target', 503, 'Service Unavailable'),
];
