import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { findApi } from '../publishing/api-rows.ts';
import { readApiDetail } from './api-summary.ts';
import type { ApisDependencies } from './dependencies.ts';

export function getApi({ database }: ApisDependencies): Implementation {
  return implement(apis.getApi, async ({ caller, params }) =>
    database.snapshot(async (tx) => {
      const row = await findApi(tx, caller, params.name);
      return { body: await readApiDetail(tx, caller, row), version: row.version };
    }),
  );
}
