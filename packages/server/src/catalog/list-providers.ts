import type { ProviderView } from '@gatehouse/catalog';
import { catalog } from '@gatehouse/contract/management';
import { type Implementation, implement } from '@gatehouse/control';
import { runningCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './start-catalog.ts';
import { toTime, toTimeOrNull } from './to-time.ts';

/** What feeds the catalog is for everybody who may read it: whose entity is missing looks here. */
export function listProviders(running: () => Pick<RunningCatalog, 'providers'> | undefined): Implementation {
  return implement(catalog.listProviders, async () => {
    const items = await runningCatalog(running).providers();
    return { body: { items: items.map(toProvider) } };
  });
}

function toProvider({ lastScan, errorSince, nextScanAt, ...provider }: ProviderView) {
  return {
    ...provider,
    lastScan: lastScan === null ? null : { ...lastScan, startedAt: toTime(lastScan.startedAt) },
    errorSince: toTimeOrNull(errorSince),
    nextScanAt: toTimeOrNull(nextScanAt),
  };
}
