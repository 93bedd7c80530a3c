const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up at the moment',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: give it as the CA of the control plane',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not known here: give that as the CA of the control plane',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not known here: give that as the CA of the control plane',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that is not known here: give that as the CA of the control plane',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an authority that is not known here: give that as the CA of the control plane',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: is the URL to begin with http?',
  EPROTO: 'it does not speak TLS there: is the URL to begin with http?',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP there: is the URL to begin with https?',
};

/** Says in words why the control plane at `origin` cannot be reached. */
export function toConnectionError(origin: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const reason = (code === undefined ? undefined : REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  return new Error(`${origin} cannot be reached: ${reason}${code === undefined ? '' : ` (${code})`}`, { cause: error });
}
