import { type ControlPlane, Refusal } from '@gatehouse/control';
import type { ReadConfiguration } from './configuration-thread.ts';
import type { ApiProxy } from './proxy/api-proxy.ts';
import { type Begun, reportProblems, type Settings } from './started.ts';

/** What a configuration is applied to. */
export interface ConfiguredParts {
  control: Pick<ControlPlane, 'applyFile' | 'settled' | 'useAuth'>;
  proxy: Pick<ApiProxy, 'prepare' | 'commit'>;
}

type Applied = Pick<ReadConfiguration, 'resources'> & { settings: Settings };

/**
 * Makes what a configuration says true: what it declares in the database, and then what this process does by it. All of it or, when any
 * of it is refused, nothing. Resolves with whether all that can be told of is served: where a node rejects the snapshot, everything is
 * stored and in use nevertheless, since the database says what is to be, and the node will be asked again. `waits`: for the nodes.
 */
export async function applyConfiguration(
  { options }: Pick<Begun, 'options'>,
  { control, proxy }: ConfiguredParts,
  { resources, settings }: Applied,
  waits: boolean,
): Promise<boolean> {
  const { prepared, problems } = proxy.prepare(settings);
  reportProblems(options, problems);
  if (prepared === undefined || resources === undefined) return false;
  const startMs = performance.now();
  const number = await applyFile(options, control, resources);
  if (number === undefined) return false;
  proxy.commit(prepared);
  control.useAuth(settings.auth);
  if (number === null) return true;
  // At the start no node can be connected yet.
  const nodes = waits ? await control.settled(number) : [];
  const rejected = nodes.filter(({ state }) => state === 'rejected');
  const { log } = options;
  for (const { name, reason } of rejected) log.error({ snapshot: number, node: name, reason }, 'A node rejected the snapshot');
  log.info(
    { snapshot: number, apis: resources.apis.length, nodes: nodes.length, ms: Math.round(performance.now() - startMs) },
    'The configuration file was applied',
  );
  return rejected.length === 0;
}

/** Number of the snapshot; null: what is live stays as it was; undefined: it was refused, which is reported. */
async function applyFile(
  options: Begun['options'],
  control: ConfiguredParts['control'],
  resources: NonNullable<ReadConfiguration['resources']>,
): Promise<number | null | undefined> {
  try {
    const { number, problems } = await control.applyFile(resources);
    reportProblems(options, problems);
    return number;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const own = { severity: 'error' as const, code: error.code, message: error.detail };
    reportProblems(options, error.extras.problems ?? [own]);
    options.log.error({ reason: error.code }, 'What the configuration file declares is refused; the last good state stays live');
    return undefined;
  }
}
