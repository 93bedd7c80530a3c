import type { GatewayErrorCode } from '@gatehouse/contract';
import { GATEWAY_ERRORS } from '@gatehouse/contract';

/** An answer that the gateway itself gives. A policy returns one to stop the way. */
export class Reply {
  readonly status: number;
  /** Flat list name, value, name, value. */
  readonly fields: readonly string[];
  readonly body: string | Uint8Array | undefined;

  constructor(status: number, fields: readonly string[] = [], body?: string | Uint8Array) {
    this.status = status;
    this.fields = fields;
    this.body = body;
  }
}

/** The app that the credentials of a refused request name. */
export interface NamedApp {
  id: string;
  /** The caller showed that it is that app; otherwise anybody may have named it. */
  proven: boolean;
}

/**
 * A refusal or failure by its code in the error catalogue. The pipeline turns it into the form of the API's error profile.
 * `detail` is public: it is shown to the caller. What only operators may see goes to `cause`.
 */
export class ErrorReply extends Reply {
  readonly code: GatewayErrorCode;
  readonly detail: string | undefined;
  /** For the log, never for the caller. */
  readonly cause: string | undefined;
  /** For the call history of that app; nothing is allowed because of it. */
  readonly app: NamedApp | undefined;

  constructor(
    code: GatewayErrorCode,
    options: { detail?: string; fields?: readonly string[]; cause?: string; status?: number; app?: NamedApp } = {},
  ) {
    super(options.status ?? GATEWAY_ERRORS[code].status, options.fields);
    this.code = code;
    this.detail = options.detail;
    this.cause = options.cause;
    this.app = options.app;
  }
}
