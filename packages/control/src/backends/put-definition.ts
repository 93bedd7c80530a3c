import { type BackendType, definitionFault, namesUnixSocket, type WrittenDefinition } from '@gatehouse/contract';
import { backends } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { changeBy } from '../publishing/change.ts';
import { toRefreshed } from '../publishing/to-refreshed.ts';
import { visibleAnswers } from '../publishing/visible-answers.ts';
import { toDefinition } from '../snapshot/to-definition.ts';
import { type BackendRow, findBackendToChange } from './backend-rows.ts';
import { askConfirmation, toPublished } from './confirmation.ts';
import { defineBackend } from './define-backend.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { toWritten } from './to-written.ts';
import { withStoredKey } from './with-stored-key.ts';

export function putBackendDefinition(dependencies: BackendsDependencies): Implementation {
  return implement(backends.putBackendDefinition, async (call) => {
    const { caller, params, query, body } = call;
    // A file of the gateways' machines, and whoever may talk to one, such as a container engine's, may own the machine.
    if (namesUnixSocket(body) && caller.role !== 'admin')
      throw new Refusal('access.denied', 'Only an admin may define a target by its Unix socket');
    const { result, number } = await changeBy(dependencies, call, async (change) => {
      const row = await findBackendToChange(change.tx, caller, params.name);
      refuseManaged(row, `The backend service "${row.name}"`);
      refuseStale(row, call.ifMatch);
      refuseUnfit(row, body);
      const { environment } = params;
      const definition = await withStoredKey(change.tx, dependencies.key, { backendId: row.id, environment }, body);
      const written = toWritten(definition);
      const confirm = askConfirmation(caller, query.confirm, `The new definition is used in ${environment} by`);
      const wanted = { environment, written, definition: toDefinition(definition) };
      const context = { key: dependencies.key, rule: dependencies.regionRule() };
      return { ...(await defineBackend(change, row, wanted, confirm, context)), written };
    });
    const isAwaited = number !== null && result.affected.length > 0;
    const refreshed = isAwaited
      ? toRefreshed(visibleAnswers(caller, await dependencies.live.settled(number, dependencies.publishTimeoutMs())))
      : undefined;
    return {
      body: {
        definition: result.written,
        refreshed: refreshed === undefined ? [] : toPublished(caller, result.affected).map((published) => ({ ...published, ...refreshed })),
      },
      version: result.version,
    };
  });
}

/** Throws `request.invalid` for a definition of another type. */
function refuseUnfit({ type }: BackendRow, body: WrittenDefinition): void {
  const fault = definitionFault(body, type as BackendType);
  if (fault !== undefined) refuseInvalid(['body', ...fault.path], fault.message);
}
