import type { Kysely } from 'kysely';
import { Refusal } from '../operation/refusal.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';

/** Throws `environment.unknown` for the first name that is no environment. */
export async function refuseUnknownEnvironments(db: Kysely<ControlTables>, names: readonly string[]): Promise<void> {
  const { environments } = await readSettings(db);
  for (const name of names) {
    if (environments.includes(name)) continue;
    throw new Refusal('environment.unknown', `There is no environment "${name}": there are ${environments.join(', ')}`, { environments });
  }
}
