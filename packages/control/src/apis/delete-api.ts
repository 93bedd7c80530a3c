import { apis } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { findApi, findApiToChange } from '../publishing/api-rows.ts';
import { changeBy } from '../publishing/change.ts';
import type { ApisDependencies } from './dependencies.ts';
import { removeApi } from './remove-api.ts';

export function deleteApi(dependencies: ApisDependencies): Implementation {
  return implement(apis.deleteApi, async (call) => {
    const { caller, params, query } = call;
    const { result, number } = await changeBy(dependencies, call, async (change) => {
      await findApi(change.tx, caller, params.name);
      await change.beginLive(`apis/${params.name}`);
      const row = await findApiToChange(change.tx, caller, params.name);
      refuseManaged(row, `The API "${row.name}"`);
      refuseStale(row, call.ifMatch);
      return removeApi(change, row, dependencies.authorizations, ({ unpublished, domains }) => {
        if (query.confirm) return;
        const detail = `The API "${row.name}" is live in ${unpublished.map(({ environment }) => environment).join(', ') || 'domains'}`;
        throw new Refusal('confirmation.required', `${detail}: repeat it with confirm=true`, {
          affected: unpublished.map(({ environment, revision }) => ({ api: row.name, environment, revision })),
          domains,
        });
      });
    });
    if (number !== null && result.unpublished.length > 0) await dependencies.live.settled(number, dependencies.publishTimeoutMs());
    return { body: { deleted: params.name, unpublished: result.unpublished } };
  });
}
