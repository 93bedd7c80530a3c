import { isReachable, reportUnreachable } from './reachability.ts';
import { ServerError, unreachable } from './server-error.ts';

/** Loads a part of the portal's code. Rejects with `ServerError`: `unreachable`, or `portal.outdated` when there is such a part no more. */
export async function loadModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch {
    // Browsers do not tell why: whether the server answers does.
    if (await isReachable()) {
      throw new ServerError({
        status: 404,
        code: 'portal.outdated',
        title: 'The portal was updated',
        detail: 'This page belongs to a version that is no longer there.',
      });
    }
    reportUnreachable();
    throw unreachable();
  }
}
