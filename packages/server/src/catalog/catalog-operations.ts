import type { Implementation } from '@gatehouse/control';
import { listProblems } from './list-problems.ts';
import { listProviders } from './list-providers.ts';
import { pushEntities } from './push-entities.ts';
import { scanProvider } from './scan-provider.ts';
import type { RunningCatalog } from './start-catalog.ts';

/** Operations of the management interface that need the running catalog. */
export function catalogOperations(running: () => RunningCatalog | undefined): Implementation[] {
  return [pushEntities(running), listProviders(running), scanProvider(running), listProblems(running)];
}
