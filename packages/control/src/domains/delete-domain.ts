import { system } from '@gatehouse/contract/management';
import { toActor } from '../operation/actor.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeResources } from '../publishing/change.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { findDomain } from './domain-rows.ts';
import { freeDomain } from './free-domain.ts';

export function deleteDomain(dependencies: DomainsDependencies): Implementation {
  return implement(system.deleteDomain, async (call) => {
    const host = call.params.host.toLowerCase();
    const { number } = await changeResources(dependencies, { actor: toActor(call), managedBy: null, atMs: Date.now() }, async (change) => {
      const row = await findDomain(change.tx, host);
      if (row === undefined) throw notFound('domain', call.params.host);
      refuseManaged(row, `The domain "${host}"`);
      refuseStale(row, call.ifMatch);
      await freeDomain(change, row);
    });
    if (number !== null) await dependencies.live.settled(number, dependencies.publishTimeoutMs());
    return { body: { deleted: host } };
  });
}
