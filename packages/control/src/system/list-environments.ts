import { system } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { type Implementation, implement } from '../operation/implementation.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';

export function listEnvironments({ database }: { database: Database<ControlTables> }): Implementation {
  return implement(system.listEnvironments, async () => {
    const { environments, defaultEnvironment } = await readSettings(database.read);
    return { body: { items: environments.map((name) => ({ name, default: name === defaultEnvironment })) } };
  });
}
