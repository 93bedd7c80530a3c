import { STATUS_CODES } from 'node:http';
import { MANAGEMENT_ERRORS, type ManagementErrorCode } from '@gatehouse/contract/management';
import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import { PluginRefusal } from '@gatehouse/sdk/plugin';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

export const PROBLEM_TYPE = 'application/problem+json';

/** An answer that is an error (RFC 9457). */
export interface PluginProblem {
  status: number;
  code: string;
  detail: string;
  members?: Readonly<Record<string, unknown>>;
}

/** Answers with a problem document. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: PluginProblem): FastifyReply {
  if (problem.status === 503) reply.header('Retry-After', '5');
  return reply.code(problem.status).header('content-type', PROBLEM_TYPE).send(problemText(problem, request.id));
}

/** The text of a problem document. */
export function problemText({ status, code, detail, members = {} }: PluginProblem, requestId: string): Buffer {
  const title = isManagementCode(code) ? MANAGEMENT_ERRORS[code].title : (STATUS_CODES[status] ?? 'Error');
  return Buffer.from(JSON.stringify({ ...members, type: `urn:gatehouse:error:${code}`, title, status, code, detail, requestId }));
}

const BY_STATUS: Readonly<Record<number, ManagementErrorCode>> = {
  400: 'request.invalid',
  401: 'authentication.required',
  403: 'access.denied',
  404: 'resource.not-found',
  405: 'method.not-allowed',
  413: 'request.too-large',
  415: 'request.unsupported-media-type',
  503: 'service.unavailable',
};

/** What is answered to whatever a handler threw; undefined: a failure of the plugin, of which callers are told nothing more. */
export function toPluginProblem(error: unknown): PluginProblem | undefined {
  if (isRefusal(error))
    return { status: error.status, code: error.code ?? codeOf(error.status), detail: error.message, members: error.members };
  if (error instanceof DatabaseUnavailableError) {
    return error.outcomeUnknown
      ? { status: 503, code: 'service.outcome-unknown', detail: 'Look whether the change was made before you repeat it' }
      : { status: 503, code: 'service.unavailable', detail: 'The database does not answer now. Repeat the request later' };
  }
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode, validation, validationContext } = error as FastifyError;
  if (validation !== undefined) {
    const problems = validation.map(({ instancePath, message = 'is not valid' }) => ({
      severity: 'error',
      code: 'request.invalid',
      message,
      path: [validationContext ?? 'body', ...instancePath.split('/').slice(1)],
    }));
    return { status: 400, code: 'request.invalid', detail: 'The request is not valid', members: { problems } };
  }
  // The parser's message may quote the body, in which secrets may be.
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return { status: 400, code: 'request.invalid', detail: 'The body is not JSON' };
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return { status: 503, code: 'plugin.timeout', detail: 'The plugin did not answer in time' };
  // As everywhere in Fastify: an error that has a status of 4xx is meant for the caller.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, code: codeOf(statusCode), detail: error.message };
  return undefined;
}

/** By its shape too: a plugin that brings a copy of the SDK of its own has another class. */
function isRefusal(error: unknown): error is PluginRefusal {
  if (error instanceof PluginRefusal) return true;
  return (
    error instanceof Error && error.name === 'PluginRefusal' && 'status' in error && Number.isInteger(error.status) && 'members' in error
  );
}

function codeOf(status: number): string {
  return BY_STATUS[status] ?? 'request.refused';
}

function isManagementCode(code: string): code is ManagementErrorCode {
  return Object.hasOwn(MANAGEMENT_ERRORS, code);
}
