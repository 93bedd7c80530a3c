import { backends } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import { toRefreshed } from '../publishing/to-refreshed.ts';
import { visibleAnswers } from '../publishing/visible-answers.ts';
import { toDefinition } from '../snapshot/to-definition.ts';
import { findBackendToChange } from './backend-rows.ts';
import { askConfirmation, toPublished } from './confirmation.ts';
import { defineBackend } from './define-backend.ts';
import type { BackendsDependencies } from './dependencies.ts';
import { toWritten } from './to-written.ts';

export function putBackendDefinition(dependencies: BackendsDependencies): Implementation {
  return implement(backends.putBackendDefinition, async (call) => {
    const { caller, params, query, body } = call;
    const written = toWritten(body);
    const { result, number } = await changeBy(dependencies, call, async (change) => {
      const row = await findBackendToChange(change.tx, caller, params.name);
      refuseManaged(row, `The backend service "${row.name}"`);
      refuseStale(row, call.ifMatch);
      return defineBackend(
        change,
        row,
        { environment: params.environment, written, definition: toDefinition(body) },
        askConfirmation(caller, query.confirm, `The new definition is used in ${params.environment} by`),
      );
    });
    const isAwaited = number !== null && result.affected.length > 0;
    const refreshed = isAwaited
      ? toRefreshed(visibleAnswers(caller, await dependencies.live.settled(number, dependencies.publishTimeoutMs())))
      : undefined;
    return {
      body: {
        definition: written,
        refreshed: refreshed === undefined ? [] : toPublished(caller, result.affected).map((published) => ({ ...published, ...refreshed })),
      },
      version: result.version,
    };
  });
}
