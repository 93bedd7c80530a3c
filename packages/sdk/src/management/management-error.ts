import type { Problem } from '@gatehouse/contract';
import type { ManagementErrorCode } from '@gatehouse/contract/management';

/** One thing that is wrong with what was sent; paths begin with `params`, `query` or `body`. */
export type ManagementProblem = Problem;

/** What a refusal is made of. */
interface Refused {
  status: number;
  code: string;
  detail: string;
  problems?: readonly ManagementProblem[];
  requestId?: string | undefined;
  extras?: Readonly<Record<string, unknown>>;
}

/** Gatehouse refused a call, and says why. */
export class ManagementError extends Error {
  override name = 'ManagementError';
  /** HTTP status. */
  readonly status: number;
  /** Stable; newer versions of Gatehouse may have codes that this one does not know. */
  readonly code: ManagementErrorCode | (string & {});
  /** One sentence for people. */
  readonly detail: string;
  /** Everything that is wrong; empty when the detail says it all. */
  readonly problems: readonly ManagementProblem[];
  /** Under which the log of the control plane has it. */
  readonly requestId: string | undefined;
  /** What else the code tells: `affected` of `confirmation.required`. */
  readonly extras: Readonly<Record<string, unknown>>;

  constructor({ status, code, detail, problems = [], requestId, extras = {} }: Refused) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.problems = problems;
    this.requestId = requestId;
    this.extras = extras;
  }
}

/** Reads an RFC 9457 problem document; undefined when it is none of Gatehouse's. */
export function toManagementError(status: number, document: unknown): ManagementError | undefined {
  if (!isRecord(document)) return undefined;
  const { type: _type, title, status: _status, code, detail, requestId, problems, ...extras } = document;
  if (typeof code !== 'string' || code === '') return undefined;
  return new ManagementError({
    status,
    code,
    detail: typeof detail === 'string' ? detail : typeof title === 'string' ? title : code,
    problems: Array.isArray(problems) ? problems.filter(isProblem) : [],
    requestId: typeof requestId === 'string' ? requestId : undefined,
    extras,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isProblem(value: unknown): value is ManagementProblem {
  if (!isRecord(value) || typeof value.message !== 'string' || typeof value.code !== 'string') return false;
  if (value.path !== undefined && !Array.isArray(value.path)) return false;
  return value.place === undefined || (isRecord(value.place) && typeof value.place.file === 'string');
}
