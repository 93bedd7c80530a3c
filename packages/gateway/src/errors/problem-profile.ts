import { GATEWAY_ERRORS } from '@gatehouse/contract';
import { Reply } from '../exchange/reply.ts';
import type { ErrorProfile } from './error-profile.ts';

/** RFC 9457 problem details, the default profile. */
export const problemProfile: ErrorProfile = {
  name: 'problem',
  render(error, _exchange, requestId) {
    const body = JSON.stringify({
      type: `urn:gatehouse:error:${error.code}`,
      title: GATEWAY_ERRORS[error.code].title,
      status: error.status,
      code: error.code,
      detail: error.detail,
      requestId,
    });
    return new Reply(error.status, ['Content-Type', 'application/problem+json', ...error.fields], body);
  },
};
