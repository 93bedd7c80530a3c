import { backends } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { readBackendDetail } from './backend-detail.ts';
import { findBackend } from './backend-rows.ts';
import type { BackendsDependencies } from './dependencies.ts';

export function getBackend({ database }: BackendsDependencies): Implementation {
  return implement(backends.getBackend, async ({ caller, params }) =>
    database.snapshot(async (tx) => {
      const row = await findBackend(tx, caller, params.name);
      return { body: await readBackendDetail(tx, caller, row), version: row.version };
    }),
  );
}
