import { backends } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import { findBackendToChange } from './backend-rows.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { removeBackend } from './remove-backend.ts';

export function deleteBackend(dependencies: BackendsDependencies): Implementation {
  return implement(backends.deleteBackend, async (call) => {
    const { caller, params } = call;
    await changeBy(dependencies, call, async (change) => {
      const row = await findBackendToChange(change.tx, caller, params.name);
      refuseManaged(row, `The backend service "${row.name}"`);
      refuseStale(row, call.ifMatch);
      await removeBackend(change, row, (owner) => caller.canSee(owner));
    });
    return { body: { deleted: params.name } };
  });
}
