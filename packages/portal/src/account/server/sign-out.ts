import { request } from '../../server/operation.ts';

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await request('DELETE', '/api/auth/session');
}
