import { request } from '../../server/operation.ts';

/** Asks for the source of an entity to be read again soon. */
export async function refreshEntity(ref: string): Promise<void> {
  await request('POST', '/api/catalog/refresh', { body: { entityRef: ref } });
}
