import { backends } from '@gatehouse/contract/management';
import { refuseForeignOwner } from '../access/owner-of-new.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import { readBackendDetail } from './backend-detail.ts';
import { findBackendToChange } from './backend-rows.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { editBackend } from './edit-backend.ts';

export function updateBackend(dependencies: BackendsDependencies): Implementation {
  return implement(backends.updateBackend, async (call) => {
    const { caller, params, body } = call;
    const { result } = await changeBy(dependencies, call, async (change) => {
      const row = await findBackendToChange(change.tx, caller, params.name);
      refuseManaged(row, `The backend service "${row.name}"`);
      refuseStale(row, call.ifMatch);
      // Handing it over takes both: it is one's own, and one may take it for the other team.
      if (body.owner !== undefined && body.owner !== row.owner) refuseForeignOwner(caller, body.owner);
      const edited = await editBackend(change, row, body);
      return { body: await readBackendDetail(change.tx, caller, edited), version: edited.version };
    });
    return result;
  });
}
