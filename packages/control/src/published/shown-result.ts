import { type DebugResult, GATEWAY_ERRORS } from '@gatehouse/contract';

type TraceEntry = DebugResult['trace'][number];

/** Steps by the names that every trace has. */
const STEP = /^(?:route|authentication|response|(?:request|response|integration):[a-z][a-z0-9-]{0,63})$/;

/** `403 access.forbidden: …`, and behind it why: of which only status and code are known to be for callers. */
const REFUSAL = /^(\d{3}) ([a-z]{1,32}(?:[.-][a-z]{1,32}){1,4}): /;
const RETRIES = /, after (\d{1,3}) (?:retry|retries)$/;
const ANSWERED = /^[^\n]{1,4096} answered (\d{3})(?:, after \d{1,3} (?:retry|retries))?$/;

/** Sentences of which nothing is about the backend. */
const PUBLIC: readonly RegExp[] = [
  // Method, template and API: as its definition has them.
  /^[A-Z]{1,32} \/[^\n]{0,4096} of [A-Za-z0-9._-]{1,128} in [A-Za-z0-9._-]{1,128}$/,
  /^The request goes on$/,
  /^The response was seen to$/,
  /^The gateway itself answered \d{3}$/,
  /^Answered with \d{3}$/,
  /^Answered \d{3} with \d{1,15} bytes$/,
  /^The response broke off$/,
  /^There was no answer within \d{1,9} ms; what was going on was cancelled$/,
];

const BY_OUTCOME: Record<TraceEntry['outcome'], string> = {
  passed: 'It passed',
  refused: 'It was refused',
  failed: 'It failed',
  skipped: 'It was left out',
};

/**
 * What came of a request, for who may call the API and not look into it: the answer as every caller gets it, and each step by what is
 * known to be public of it. Whatever else a trace says, now or in a later version, is left out, and so is what the backend was sent.
 */
export function toShownResult({ response, trace }: DebugResult): DebugResult {
  return { response, trace: trace.map(toShownEntry), backendRequest: null };
}

function toShownEntry({ step, outcome, ms, detail }: TraceEntry): TraceEntry {
  return { step: STEP.test(step) ? step : 'other', outcome, ms, detail: toShownDetail(step, outcome, detail) };
}

function toShownDetail(step: string, outcome: TraceEntry['outcome'], detail: string): string {
  if (PUBLIC.some((sentence) => sentence.test(detail))) return detail;
  const times = RETRIES.exec(detail)?.[1];
  const retries = times === undefined ? '' : `, after ${times} ${times === '1' ? 'retry' : 'retries'}`;
  const refusal = REFUSAL.exec(detail);
  const code = refusal?.[2] ?? '';
  if (refusal !== null && isGatewayError(code)) return `${refusal[1]} ${code}: ${GATEWAY_ERRORS[code].title}${retries}`;
  const status = step.startsWith('integration:') && outcome === 'passed' ? ANSWERED.exec(detail)?.[1] : undefined;
  return status === undefined ? BY_OUTCOME[outcome] : `The backend answered ${status}${retries}`;
}

function isGatewayError(code: string): code is keyof typeof GATEWAY_ERRORS {
  return Object.hasOwn(GATEWAY_ERRORS, code);
}
