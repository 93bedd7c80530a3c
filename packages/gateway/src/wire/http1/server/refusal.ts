import type { GatewayErrorCode } from '@gatehouse/contract';

/** Why a message is refused before it becomes an exchange. `reason` is shown to the client and counted: a fixed text, none of the client's. */
export interface Refusal {
  readonly code: GatewayErrorCode;
  readonly reason: string;
}

function malformed(reason: string): Refusal {
  return { code: 'request.malformed', reason };
}

export const EMPTY_LINES = malformed('There is more than an empty line before the request line');
export const METHOD = malformed('The method is not a token');
export const METHOD_UNKNOWN = malformed('The method is not known');
export const TARGET_CHARACTER = malformed('The request target holds a character that may not stand there, or is missing');
export const TARGET_FORM = malformed('The request target does not begin with a slash');
export const CONNECT = malformed('CONNECT is not served');
export const VERSION = malformed('The request line does not end with HTTP/1.1 or HTTP/1.0');
export const FIELD_NAME = malformed('A header line has no valid name');
export const FIELD_CHARACTER = malformed('A header line holds a control character, a bare CR or a bare LF');
export const HOST_COUNT = malformed('There is not exactly one Host');
export const HOST = malformed('The Host is not valid');
export const LENGTH_TWICE = malformed('There is more than one Content-Length');
export const LENGTH = malformed('The Content-Length is not a number of bytes');
export const CODING = malformed('The Transfer-Encoding is not exactly chunked');
export const CODING_PLACE = malformed('There is Transfer-Encoding where it must not be');
export const CUT_OFF = malformed('The connection ended within the head of a request');
export const TARGET_LENGTH: Refusal = { code: 'request.uri-too-long', reason: 'The request target is too long' };
export const HEAD_LENGTH: Refusal = { code: 'request.headers-too-large', reason: 'The request header fields are too large' };
export const EXPECTATION: Refusal = {
  code: 'request.expectation-failed',
  reason: 'The gateway knows no other expectation than 100-continue',
};
export const TIMEOUT: Refusal = { code: 'request.timeout', reason: 'The request did not arrive in time' };
