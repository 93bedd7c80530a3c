export type ReadingErrorCode =
  /** The address is no http or https URL, or holds credentials. */
  | 'invalid-target'
  /** No setting allows it. */
  | 'not-allowed'
  /** The host is allowed, and leads into the private network. */
  | 'private-address'
  | 'not-found'
  | 'too-large'
  | 'timeout'
  /** An answer that is no content: `status` says which. */
  | 'status'
  | 'too-many-redirects'
  | 'unreachable';

/** Why something could not be read, in a sentence for the person who wrote the location. */
export class ReadingError extends Error {
  override readonly name: string = 'ReadingError';
  readonly code: ReadingErrorCode;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: ReadingErrorCode, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}
