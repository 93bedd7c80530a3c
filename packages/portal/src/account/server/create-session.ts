import { request } from '../../server/operation.ts';

/** Begins a session with an access token, or as a guest where that is allowed. */
export async function createSession(given: { token: string } | { provider: 'guest' }): Promise<void> {
  await request('POST', '/api/auth/session', { body: given });
}
