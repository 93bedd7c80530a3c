/** No answer of Gatehouse came: it is not there, cannot be spoken to, or something else answers at that address. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
  /** A change may have been made although nothing was heard of it: read before it is repeated. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, { outcomeUnknown, cause }: { outcomeUnknown: boolean; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.outcomeUnknown = outcomeUnknown;
  }
}

/** Codes of Node; a browser tells nothing but that it failed. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be resolved now',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network of the host',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  ECONNRESET: 'the connection was closed before the answer had come',
  EPIPE: 'the connection was closed before the answer had come',
  UND_ERR_SOCKET: 'the connection was closed before the answer had come',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not trusted here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: the URL may have to begin with http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: the URL may have to begin with http',
};

/** Failures that come before a byte of the request has left. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Turns what `fetch` threw into an error for people; `isChange` when the request would have changed something. */
export function toUnreachable(error: unknown, origin: string, isChange: boolean, timeoutMs: number): UnreachableError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return unreachable(`${origin} has not answered within ${timeoutMs} ms`, { outcomeUnknown: isChange, cause: error });
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause);
  // The fetch standard has a list of ports that no client goes to: https://fetch.spec.whatwg.org/#port-blocking
  if (cause instanceof Error && cause.message === 'bad port') {
    return unreachable(`Cannot reach Gatehouse at ${origin}: the port is one that no HTTP client goes to`, {
      outcomeUnknown: false,
      cause,
    });
  }
  const isTls = code?.includes('CERT') === true || code?.startsWith('ERR_SSL_') === true || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  const reason = REASONS[code ?? ''] ?? (code?.startsWith('HPE_') === true ? 'it does not speak HTTP' : (code ?? 'the request failed'));
  const outcomeUnknown = isChange && !isTls && !NOT_SENT.has(code ?? '');
  return unreachable(`Cannot reach Gatehouse at ${origin}: ${reason}`, { outcomeUnknown, cause });
}

/** Something answered that is not the management interface. */
export function notGatehouse(origin: string, what: string, isChange: boolean): UnreachableError {
  const message = `What answers at ${origin} is not Gatehouse's management interface: it sent ${what}`;
  return unreachable(message, { outcomeUnknown: isChange });
}

function unreachable(message: string, { outcomeUnknown, cause }: { outcomeUnknown: boolean; cause?: unknown }): UnreachableError {
  const text = outcomeUnknown ? `${message}. Whether the change was made is not known` : message;
  return new UnreachableError(text, { outcomeUnknown, cause });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
