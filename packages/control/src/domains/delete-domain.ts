import { system } from '@gatehouse/contract/management';
import { type Implementation, implement } from '../operation/implementation.ts';
import { notFound, refuseManaged, refuseStale } from '../operation/refusal.ts';
import { changeBy } from '../publishing/change.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { findDomain } from './domain-rows.ts';
import { freeDomain } from './free-domain.ts';

export function deleteDomain(dependencies: DomainsDependencies): Implementation {
  return implement(system.deleteDomain, async (call) => {
    const host = call.params.host.toLowerCase();
    const { number } = await changeBy(dependencies, call, async (change) => {
      // What is not there locks nobody out.
      if ((await findDomain(change.tx, host)) === undefined) throw notFound('domain', host);
      await change.beginLive(`domains/${host}`);
      const row = await findDomain(change.tx, host);
      if (row === undefined) throw notFound('domain', host);
      refuseManaged(row, `The domain "${host}"`);
      refuseStale(row, call.ifMatch);
      await freeDomain(change, row);
    });
    if (number !== null) await dependencies.live.settled(number, dependencies.publishTimeoutMs());
    return { body: { deleted: host } };
  });
}
