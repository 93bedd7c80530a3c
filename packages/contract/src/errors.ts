import type { ErrorProfileName } from './snapshot.ts';

/** One refusal or failure that the gateway itself answers with. */
export interface GatewayErrorKind {
  status: number;
  /** Short, for people; becomes `title` of the problem document (RFC 9457). */
  title: string;
  /** Gateway response type, `x-amzn-ErrorType`, status and message of Amazon API Gateway (REST), when they differ. */
  aws?: { type: string; errorType?: string; status?: number; message?: string; httpStatus?: number; httpMessage?: string };
  /** `X-Ca-Error-Code`, status and `X-Ca-Error-Message` of Alibaba Cloud API Gateway; `{detail}` stands for the public detail. */
  alibaba: { code: string; status?: number; message: string };
}

const MISSING_TOKEN = {
  type: 'MISSING_AUTHENTICATION_TOKEN',
  errorType: 'MissingAuthenticationTokenException',
  status: 403,
  message: 'Missing Authentication Token',
  httpStatus: 404,
  httpMessage: 'Not Found',
};
const THROTTLED = { type: 'THROTTLED', errorType: 'TooManyRequestsException', message: 'Too Many Requests' };
const TOO_LARGE = { type: 'REQUEST_TOO_LARGE', errorType: 'RequestTooLargeException', message: 'Request Too Long' };
const BAD_REQUEST = { type: 'DEFAULT_4XX', errorType: 'BadRequestException', message: 'Bad Request' };
const NETWORK = {
  type: 'INTEGRATION_FAILURE',
  errorType: 'InternalServerErrorException',
  status: 504,
  message: 'Network error communicating with endpoint',
  httpStatus: 503,
  httpMessage: 'Service Unavailable',
};
const TIMED_OUT = {
  type: 'INTEGRATION_TIMEOUT',
  errorType: 'InternalServerErrorException',
  message: 'Endpoint request timed out',
  httpStatus: 503,
  httpMessage: 'Service Unavailable',
};
const INTERNAL = {
  type: 'API_CONFIGURATION_ERROR',
  errorType: 'InternalServerErrorException',
  message: 'Internal server error',
  httpMessage: 'Internal Server Error',
};

const UNAUTHORIZED = { type: 'UNAUTHORIZED', errorType: 'UnauthorizedException', message: 'Unauthorized' };

const CA_INVALID_BODY = { code: 'I400BD', status: 400, message: 'Invalid Body: {detail}' };
const CA_INVALID_HEADER = { code: 'I400HD', status: 400, message: 'Invalid Header {detail}' };
const CA_INTERNAL = { code: 'X500ER', message: 'Internal Error' };
const CA_BUSY = { code: 'X503BZ', message: 'Service Unavailable' };

/**
 * Every error that the gateway answers with, by its stable code. The form it takes is the API's error profile; sources of the AWS texts:
 * gateway response types of Amazon API Gateway and recordings of it; of Alibaba's: https://www.alibabacloud.com/help/en/api-gateway
 * (error codes), its older table without codes for the statuses of authentication, and what clients of it know by name.
 */
export const GATEWAY_ERRORS = {
  'request.malformed': { status: 400, title: 'The request is not valid HTTP', aws: BAD_REQUEST, alibaba: CA_INVALID_BODY },
  'request.invalid-path': {
    status: 400,
    title: 'The path of the request is not valid',
    aws: BAD_REQUEST,
    alibaba: { code: 'I400PA', message: 'Invalid Request Path `{detail}`' },
  },
  'request.timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    aws: { type: 'DEFAULT_4XX', message: 'Request Timeout' },
    alibaba: { code: 'X504TO', message: 'Service Timeout' },
  },
  'request.body-too-large': {
    status: 413,
    title: 'The request body is too large',
    aws: TOO_LARGE,
    alibaba: { code: 'I413RL', message: 'Request body too Large' },
  },
  'request.uri-too-long': {
    status: 414,
    title: 'The request URI is too long',
    aws: { type: 'DEFAULT_4XX', message: 'Request-URI Too Long' },
    alibaba: { code: 'I413UL', status: 413, message: 'Request URL too Large' },
  },
  'request.unsupported-media-type': {
    status: 415,
    title: 'The media type of the request is not supported',
    aws: { type: 'UNSUPPORTED_MEDIA_TYPE', errorType: 'BadRequestException', message: 'Unsupported Media Type' },
    alibaba: { code: 'I400CT', status: 400, message: 'Invalid Content-Type: `{detail}`' },
  },
  'request.expectation-failed': {
    status: 417,
    title: 'The expectation of the request cannot be met',
    aws: BAD_REQUEST,
    alibaba: CA_INVALID_HEADER,
  },
  'request.misdirected': {
    status: 421,
    title: 'The connection is not one for this host',
    aws: { type: 'DEFAULT_4XX', message: 'Misdirected Request' },
    alibaba: CA_INVALID_HEADER,
  },
  'request.headers-too-large': {
    status: 431,
    title: 'The request header fields are too large',
    aws: { type: 'DEFAULT_4XX', message: 'Request Header Fields Too Large' },
    alibaba: CA_INVALID_HEADER,
  },
  'route.not-found': {
    status: 404,
    title: 'Nothing is published here',
    aws: MISSING_TOKEN,
    alibaba: { code: 'I404NF', message: 'API not found' },
  },
  'route.method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    aws: MISSING_TOKEN,
    alibaba: { code: 'I405UM', message: 'Unsupported Method' },
  },
  'access.forbidden': {
    status: 403,
    title: 'Access is not allowed',
    aws: { type: 'ACCESS_DENIED', errorType: 'ForbiddenException', message: 'Forbidden' },
    alibaba: { code: 'A403AC', message: 'Access Control Forbidden' },
  },
  'auth.missing': {
    status: 401,
    title: 'Credentials are required',
    aws: UNAUTHORIZED,
    alibaba: { code: 'A400MA', message: 'Empty Signature' },
  },
  'auth.malformed': { status: 400, title: 'The credentials cannot be read', aws: BAD_REQUEST, alibaba: CA_INVALID_HEADER },
  'auth.invalid': {
    status: 401,
    title: 'The AppKey is not valid',
    aws: UNAUTHORIZED,
    alibaba: { code: 'A400IK', status: 400, message: 'Invalid AppKey' },
  },
  'auth.invalid-code': {
    status: 401,
    title: 'The AppCode is not valid',
    aws: UNAUTHORIZED,
    alibaba: { code: 'A400AC', status: 400, message: 'Invalid AppCode' },
  },
  'auth.signature-mismatch': {
    status: 401,
    title: 'The signature does not fit the request',
    aws: UNAUTHORIZED,
    alibaba: { code: 'A403IS', status: 403, message: 'Invalid Signature' },
  },
  'auth.timestamp-expired': {
    status: 401,
    title: 'The time stamp of the request is too far from now',
    aws: UNAUTHORIZED,
    alibaba: { code: 'S403TE', status: 400, message: 'Timestamp Expired' },
  },
  'auth.nonce-required': {
    status: 401,
    title: 'The signature must cover X-Ca-Nonce and X-Ca-Timestamp',
    aws: UNAUTHORIZED,
    alibaba: { code: 'I400MH', status: 400, message: 'Header `X-Ca-Nonce` is Required' },
  },
  'auth.nonce-used': {
    status: 401,
    title: 'The nonce was used before',
    aws: UNAUTHORIZED,
    alibaba: { code: 'S403NU', status: 403, message: 'Nonce Used' },
  },
  'auth.body-mismatch': {
    status: 400,
    title: 'The body does not fit its Content-MD5',
    aws: BAD_REQUEST,
    alibaba: { code: 'I400I5', message: 'Invalid Content-MD5' },
  },
  'auth.not-authorized': {
    status: 403,
    title: 'The app is not authorized for this API in this environment',
    aws: { type: 'ACCESS_DENIED', errorType: 'ForbiddenException', message: 'Forbidden' },
    alibaba: { code: 'I403AA', message: 'Unauthorized' },
  },
  'auth.unavailable': {
    status: 503,
    title: 'Credentials cannot be checked now',
    aws: { type: 'DEFAULT_5XX', message: 'Service Unavailable' },
    alibaba: CA_BUSY,
  },
  'auth.certificate-required': {
    status: 403,
    title: 'A client certificate is required',
    aws: { type: 'ACCESS_DENIED', errorType: 'ForbiddenException', message: 'Forbidden' },
    alibaba: { code: 'A403AC', message: 'Access Control Forbidden' },
  },
  'auth.certificate-invalid': {
    status: 403,
    title: 'The client certificate is not accepted',
    aws: { type: 'ACCESS_DENIED', errorType: 'ForbiddenException', message: 'Forbidden' },
    alibaba: { code: 'A403AC', message: 'Access Control Forbidden' },
  },
  'limit.exceeded': {
    status: 429,
    title: 'Too many requests',
    aws: THROTTLED,
    alibaba: { code: 'T429PA', status: 403, message: 'Throttled by API Flow Control' },
  },
  'gateway.internal': { status: 500, title: 'The gateway failed', aws: INTERNAL, alibaba: CA_INTERNAL },
  'gateway.misconfigured': {
    status: 500,
    title: 'The API is not configured correctly',
    aws: INTERNAL,
    alibaba: { code: 'X500AM', message: 'Invalid Api Meta, try deploy again or contact us via ticket' },
  },
  'gateway.draining': {
    status: 503,
    title: 'The gateway is shutting down',
    aws: { type: 'DEFAULT_5XX', message: 'Service Unavailable' },
    alibaba: CA_BUSY,
  },
  'backend.failed': {
    status: 502,
    title: 'The backend failed',
    aws: NETWORK,
    alibaba: { code: 'D504CO', status: 504, message: 'Backend service connect failed' },
  },
  'backend.unavailable': {
    status: 503,
    title: 'No healthy backend is available',
    aws: NETWORK,
    alibaba: { code: 'D503BB', message: 'Backend circuit breaker busy' },
  },
  'backend.timeout': {
    status: 504,
    title: 'The backend did not answer in time',
    aws: TIMED_OUT,
    alibaba: { code: 'D504TO', message: 'Backend service request timeout' },
  },
} as const satisfies Record<string, GatewayErrorKind>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

export const ERROR_PROFILES: readonly ErrorProfileName[] = ['problem', 'aws-rest', 'aws-http', 'alibaba'];
