/** One thing that is wrong with what was sent; see `problem` of the management contract. */
export interface ServerProblem {
  severity: 'error' | 'warning' | 'hint';
  code: string;
  message: string;
  path?: (string | number)[];
  place?: { file: string; line: number; column: number };
}

/** A refusal or failure of the control plane, or that it could not be reached. */
export class ServerError extends Error {
  /** HTTP status; 0: it could not be reached. */
  readonly status: number;
  /** Stable code, see docs/management.md; `unreachable` when there was no answer, `unreadable` when it was none of ours. */
  readonly code: string;
  readonly title: string;
  readonly requestId: string | undefined;
  readonly problems: readonly ServerProblem[];
  /** What the code adds, such as `affected`. */
  readonly extras: Readonly<Record<string, unknown>>;

  constructor(fields: {
    status: number;
    code: string;
    title: string;
    detail?: string | undefined;
    requestId?: string | undefined;
    problems?: readonly ServerProblem[];
    extras?: Record<string, unknown>;
  }) {
    super(fields.detail ?? fields.title);
    this.name = 'ServerError';
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.requestId = fields.requestId;
    this.problems = fields.problems ?? [];
    this.extras = fields.extras ?? {};
  }

  /** Asking again may help: nothing about the request was wrong. */
  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** For a request of somebody who is not signed in, or not any more. What the server says of it is for programs. */
export function notSignedIn(requestId: string | undefined): ServerError {
  return new ServerError({
    status: 401,
    code: 'authentication.required',
    title: 'You are not signed in any more',
    detail: 'Nothing was changed. Sign in, then try again.',
    requestId,
  });
}

/** For a request that got no answer; `changing`: it would have changed something, and may have. */
export function unreachable(changing = false): ServerError {
  return new ServerError({
    status: 0,
    code: 'unreachable',
    title: 'The control plane cannot be reached',
    detail: `${changing ? 'Whether the change was made is not known: look before you make it again. ' : ''}Gateways that are processes of their own go on serving.`,
  });
}

/** Makes a `ServerError` of an answer that is no success. */
export async function readServerError(response: Response): Promise<ServerError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string') {
    return new ServerError({
      status: response.status,
      code: 'unreadable',
      title: `The server answered ${response.status}`,
      detail: 'The answer was not one of Gatehouse: is there a proxy in between that failed?',
    });
  }
  const { type: _type, title, status: _status, code, detail, requestId, problems, ...extras } = body as Record<string, unknown>;
  return new ServerError({
    status: response.status,
    code: String(code),
    title: typeof title === 'string' ? title : `The server answered ${response.status}`,
    detail: typeof detail === 'string' ? detail : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    problems: Array.isArray(problems) ? (problems as ServerProblem[]) : [],
    extras,
  });
}
