import { backends } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { type Implementation, implement } from '../operation/implementation.ts';
import { readSettings } from '../schema/read-settings.ts';
import type { ControlTables } from '../schema/tables.ts';

export function listNetworks({ database }: { database: Database<ControlTables> }): Implementation {
  return implement(backends.listNetworks, async () => {
    const { networks = [] } = await readSettings(database.read);
    return { body: { items: networks } };
  });
}
