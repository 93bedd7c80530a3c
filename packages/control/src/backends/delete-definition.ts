import { backends } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import { findBackendToChange } from './backend-rows.ts';
import { askConfirmation, toPublished } from './confirmation.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { undefineBackend } from './undefine-backend.ts';

export function deleteBackendDefinition(dependencies: BackendsDependencies): Implementation {
  return implement(backends.deleteBackendDefinition, async (call) => {
    const { caller, params, query } = call;
    const { result, number } = await changeBy(dependencies, call, async (change) => {
      const row = await findBackendToChange(change.tx, caller, params.name);
      refuseManaged(row, `The backend service "${row.name}"`);
      refuseStale(row, call.ifMatch);
      const undefinedBackend = await undefineBackend(
        change,
        row,
        params.environment,
        askConfirmation(caller, query.confirm, `This unpublishes in ${params.environment}`),
      );
      if (undefinedBackend === null) {
        throw new Refusal('resource.not-found', `The backend service "${row.name}" is not defined in ${params.environment}`);
      }
      return undefinedBackend;
    });
    // Whoever reads the answer may rely on it that the APIs are gone, as far as nodes can be reached.
    if (number !== null && result.unpublished.length > 0) await dependencies.live.settled(number, dependencies.publishTimeoutMs());
    return { body: { unpublished: toPublished(caller, result.unpublished) }, version: result.version };
  });
}
