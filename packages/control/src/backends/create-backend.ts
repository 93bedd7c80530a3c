import { backends } from '@gatehouse/contract/management';
import { ownerOfNew } from '../access/owner-of-new.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseMissing } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import { addBackend } from './add-backend.ts';
import { readBackendDetail } from './backend-detail.ts';
import type { BackendsDependencies } from './dependencies.ts';

export function createBackend(dependencies: BackendsDependencies): Implementation {
  return implement(backends.createBackend, async (call) => {
    const { caller, body } = call;
    refuseMissing(call, `backend service "${body.name}"`);
    const owner = ownerOfNew(caller, body.owner);
    const { result } = await changeBy(dependencies, call, async (change) => {
      const row = await addBackend(
        change,
        { name: body.name, type: body.type, description: body.description ?? null, owner },
        dependencies.regionRule(),
      );
      return { body: await readBackendDetail(change.tx, caller, row), version: row.version };
    });
    return result;
  });
}
