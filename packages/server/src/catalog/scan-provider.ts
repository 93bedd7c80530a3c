import { catalog } from '@gatehouse/contract/management';
import { type Implementation, implement, Refusal } from '@gatehouse/control';
import { runningCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './start-catalog.ts';

/** The node that does the scanning hears of it within a second; how it went is told by `catalog.providers`. */
export function scanProvider(running: () => Pick<RunningCatalog, 'requestScan'> | undefined): Implementation {
  return implement(catalog.scanProvider, async ({ params: { name } }) => {
    if (!(await runningCatalog(running).requestScan(name))) {
      throw new Refusal('resource.not-found', `There is no provider "${name}" that could be scanned`);
    }
    return { body: { requested: name } };
  });
}
