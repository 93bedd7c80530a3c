import { request } from '../../server/operation.ts';
import type { Entity } from '../entity.ts';

export interface RegisteredLocation {
  location: { id?: string; type: string; target: string };
  entities: Entity[];
  /** It is registered already. */
  exists?: boolean;
}

/** Reads a location; without `dryRun` it becomes a source of the catalog. */
export async function registerLocation({ target, dryRun }: { target: string; dryRun: boolean }): Promise<RegisteredLocation> {
  return (await request('POST', `/api/catalog/locations${dryRun ? '?dryRun=true' : ''}`, {
    body: { type: 'url', target },
  })) as RegisteredLocation;
}
