import { SIGN_IN_PREFIX } from '@gatehouse/contract/management';
import type { RequestFields } from '../http/authenticator.ts';

/**
 * Cookies are kept by host: who came to `localhost` and is sent back to `127.0.0.1` would have lost theirs. So they go to the right host
 * first, once; behind a proxy that writes another Host nothing would be gained by doing it again.
 */
export function toHostOf(
  redirectUri: string,
  id: string,
  redirect: string,
  query: URLSearchParams,
  fields: RequestFields,
): string | undefined {
  const { origin, host } = new URL(redirectUri);
  if (fields.host === host || query.has('moved')) return undefined;
  return `${origin}${SIGN_IN_PREFIX}/${id}/start?${new URLSearchParams({ redirect, moved: '1' })}`;
}
