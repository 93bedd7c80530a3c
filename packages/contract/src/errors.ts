import type { ErrorProfileName } from './snapshot.ts';

/** One refusal or failure that the gateway itself answers with. */
export interface GatewayErrorKind {
  status: number;
  /** Short, for people; becomes `title` of the problem document (RFC 9457). */
  title: string;
  /** Gateway response type, `x-amzn-ErrorType`, status and message of Amazon API Gateway (REST), when they differ. */
  aws?: { type: string; errorType?: string; status?: number; message?: string; httpStatus?: number; httpMessage?: string };
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

/**
 * Every error that the gateway answers with, by its stable code. The form it takes is the API's error profile;
 * sources of the AWS texts: gateway response types of Amazon API Gateway and recordings of it.
 */
export const GATEWAY_ERRORS = {
  'request.malformed': { status: 400, title: 'The request is not valid HTTP', aws: BAD_REQUEST },
  'request.invalid-path': { status: 400, title: 'The path of the request is not valid', aws: BAD_REQUEST },
  'request.timeout': { status: 408, title: 'The request did not arrive in time', aws: { type: 'DEFAULT_4XX', message: 'Request Timeout' } },
  'request.body-too-large': { status: 413, title: 'The request body is too large', aws: TOO_LARGE },
  'request.uri-too-long': {
    status: 414,
    title: 'The request URI is too long',
    aws: { type: 'DEFAULT_4XX', message: 'Request-URI Too Long' },
  },
  'request.unsupported-media-type': {
    status: 415,
    title: 'The media type of the request is not supported',
    aws: { type: 'UNSUPPORTED_MEDIA_TYPE', errorType: 'BadRequestException', message: 'Unsupported Media Type' },
  },
  'request.expectation-failed': { status: 417, title: 'The expectation of the request cannot be met', aws: BAD_REQUEST },
  'request.headers-too-large': {
    status: 431,
    title: 'The request header fields are too large',
    aws: { type: 'DEFAULT_4XX', message: 'Request Header Fields Too Large' },
  },
  'route.not-found': { status: 404, title: 'Nothing is published here', aws: MISSING_TOKEN },
  'route.method-not-allowed': { status: 405, title: 'The method is not allowed here', aws: MISSING_TOKEN },
  'access.forbidden': {
    status: 403,
    title: 'Access is not allowed',
    aws: { type: 'ACCESS_DENIED', errorType: 'ForbiddenException', message: 'Forbidden' },
  },
  'limit.exceeded': { status: 429, title: 'Too many requests', aws: THROTTLED },
  'gateway.internal': { status: 500, title: 'The gateway failed', aws: INTERNAL },
  'gateway.misconfigured': { status: 500, title: 'The API is not configured correctly', aws: INTERNAL },
  'gateway.draining': { status: 503, title: 'The gateway is shutting down', aws: { type: 'DEFAULT_5XX', message: 'Service Unavailable' } },
  'backend.failed': { status: 502, title: 'The backend failed', aws: NETWORK },
  'backend.unavailable': { status: 503, title: 'No healthy backend is available', aws: NETWORK },
  'backend.timeout': { status: 504, title: 'The backend did not answer in time', aws: TIMED_OUT },
} as const satisfies Record<string, GatewayErrorKind>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

export const ERROR_PROFILES: readonly ErrorProfileName[] = ['problem', 'aws-rest', 'aws-http'];
