import type { Kysely } from 'kysely';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';

/** A base path that an API is to have in an environment. */
export interface PathClaim {
  apiId: string;
  owner: string | null;
  environment: string;
  basePath: string;
}

/**
 * Refuses (`publication.invalid`) a base path inside of one that is live there for another owner, or around it: the longest one wins, so
 * `/pay/card` would take away what belongs to `/pay`, and `/` would get what `/pay` is asked for until it is published. Whose path it is
 * is not told. `beginLive` must have been called.
 */
export async function refuseClaimedPath(db: Kysely<ControlTables>, { apiId, owner, environment, basePath }: PathClaim): Promise<void> {
  const others = await db
    .selectFrom('publications')
    .innerJoin('apis', 'apis.id', 'publications.api_id')
    .select(['publications.base_path', 'apis.owner'])
    .where('publications.environment', '=', environment)
    .where('publications.api_id', '!=', apiId)
    .execute();
  const taken = others.filter(
    (other) => other.owner !== owner && (isInside(basePath, other.base_path) || isInside(other.base_path, basePath)),
  );
  if (taken.length === 0) return;
  const whose = `the base path of ${taken.length} API${taken.length === 1 ? '' : 's'} of others`;
  throw new Refusal(
    'publication.invalid',
    `The base path ${basePath} is inside of, or around, ${whose} in ${environment}: choose another, or ask an admin to publish it`,
    {
      basePath,
      environment,
      hidden: taken.length,
    },
  );
}

/** Base paths are plain segments, such as `/v1/pets`; `/` holds all. */
function isInside(path: string, around: string): boolean {
  return around === '/' || path === around || path.startsWith(`${around}/`);
}
