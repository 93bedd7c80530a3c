import { domain } from '@gatehouse/contract';
import { system } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import { changeBy } from '../publishing/change.ts';
import { bindDomain } from './bind-domain.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { readMappings, toDomainDetail } from './domain-rows.ts';

export function putDomain(dependencies: DomainsDependencies): Implementation {
  return implement(system.putDomain, async (call) => {
    const parsed = domain.shape.host.safeParse(call.params.host);
    if (!parsed.success) return refuseInvalid(['params', 'host'], parsed.error.issues[0]?.message ?? 'must be a host name');
    const host = parsed.data;
    const { result, number } = await changeBy(dependencies, call, (change) =>
      bindDomain(change, { host, mappings: call.body.mappings }, (before) => {
        if (before === undefined) {
          if (call.mustExist === true) throw new Refusal('version.stale', `The domain "${host}" is not bound any more`);
          return;
        }
        refuseManaged(before, `The domain "${host}"`);
        refuseStale(before, call.ifMatch);
      }),
    );
    if (number !== null) await dependencies.live.settled(number, dependencies.publishTimeoutMs());
    const { row, isCreated } = result;
    return { status: isCreated ? 201 : 200, body: toDomainDetail(row, readMappings(row)), version: row.version };
  });
}
