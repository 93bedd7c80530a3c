/** What a refusal tells beside its detail. */
export interface PluginRefusalOptions {
  /** Stable, for programs, such as `frob.unknown`; default: by the status. */
  code?: string;
  /** Further members of the problem document. */
  members?: Readonly<Record<string, unknown>>;
}

/**
 * Thrown in a handler, answers the caller with a problem document (RFC 9457). `status` is 400 to 599; `detail` is shown to the caller. Any
 * other error is answered with 500, and told to the log alone.
 */
export class PluginRefusal extends Error {
  override name = 'PluginRefusal';
  readonly status: number;
  readonly code: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, detail: string, { code, members = {} }: PluginRefusalOptions = {}) {
    super(detail);
    if (!Number.isInteger(status) || status < 400 || status > 599) throw new RangeError('The status of a refusal is 400 to 599');
    this.status = status;
    this.code = code;
    this.members = members;
  }
}
