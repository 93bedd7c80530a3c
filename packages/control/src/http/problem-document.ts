import { MANAGEMENT_ERRORS, type ManagementErrorCode } from '@gatehouse/contract/management';
import { DatabaseUnavailableError } from '@gatehouse/database';
import type { FastifyError } from 'fastify';
import { Refusal, type RefusalExtras } from '../operation/refusal.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** How long a client should wait before it asks an unavailable control plane again. */
const RETRY_AFTER_SECONDS = 5;

/** An answer that is an error: status, further header fields, and the document of RFC 9457. */
export interface ProblemAnswer {
  status: number;
  fields: Record<string, string>;
  body: string;
  /** Not a refusal but a failure of ours: to be logged. */
  failure: boolean;
}

/** Turns whatever was thrown into an answer. What is not known to be meant for callers is not told to them. */
export function toProblemAnswer(error: unknown, requestId: string): ProblemAnswer {
  const refusal = toRefusal(error);
  if (refusal === undefined) {
    const detail = 'The request could not be handled. The log has more under the request id';
    return { status: 500, fields: {}, body: problemDocument('internal', detail, {}, requestId), failure: true };
  }
  const fields: Record<string, string> = {};
  const { retryAfterSeconds } = refusal.extras;
  if (refusal.status === 503) fields['Retry-After'] = String(RETRY_AFTER_SECONDS);
  else if (typeof retryAfterSeconds === 'number') fields['Retry-After'] = String(retryAfterSeconds);
  return {
    status: refusal.status,
    fields,
    body: problemDocument(refusal.code, refusal.detail, refusal.extras, requestId),
    failure: error instanceof DatabaseUnavailableError,
  };
}

function problemDocument(code: ManagementErrorCode, detail: string, extras: RefusalExtras, requestId: string): string {
  const { status, title } = MANAGEMENT_ERRORS[code];
  return JSON.stringify({ ...extras, type: `urn:gatehouse:error:${code}`, title, status, code, detail, requestId });
}

function toRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof DatabaseUnavailableError) {
    return error.outcomeUnknown
      ? new Refusal('service.outcome-unknown', 'Read the resource before you repeat the change')
      : new Refusal('service.unavailable', 'The database does not answer now. Repeat the request later');
  }
  return isFastifyError(error) ? fromFastifyError(error) : undefined;
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_ERR_');
}

function fromFastifyError(error: FastifyError): Refusal | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('request.too-large', 'The body is larger than this operation allows');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return new Refusal('request.unsupported-media-type', 'Send JSON, with the Content-Type application/json');
    // Without the parser's message, which may quote the body, in which secrets may be.
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Refusal('request.invalid', 'The body is not JSON', {
        problems: [{ severity: 'error', code: 'request.invalid-json', message: 'must be JSON', path: ['body'] }],
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Refusal('request.invalid', 'The body does not have the length that Content-Length tells');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Refusal('request.invalid', 'The path of the request is not valid');
    default:
      // Whatever else Fastify says to be the client's doing, without its text: it may quote what was sent.
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new Refusal('request.invalid', 'The request is not one that this interface understands')
        : undefined;
  }
}
