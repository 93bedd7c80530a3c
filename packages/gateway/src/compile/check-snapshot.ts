import type { Problem, Snapshot } from '@gatehouse/contract';
import type { Services } from '../pipeline/policy-kind.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { compileNow } from './compile-snapshot.ts';

/** Compiles a snapshot where nothing runs on it: what is wrong with it. */
export function checkSnapshot(snapshot: Snapshot): Problem[] {
  const upstreams = new UpstreamRegistry({
    states: TargetStates.create(1, 1, Date.now()),
    deadlines: new Deadlines(),
    events: { retried() {}, ejected() {} },
    slotOf: () => 0,
  });
  return compileNow({ snapshot, services: COMPILE_ONLY, upstreams: upstreams.stage(), previous: null }).problems;
}

/** For compiling where no traffic is carried: steps are made and never run. */
export const COMPILE_ONLY: Services = {
  rates: {
    take(): never {
      throw new Error('A snapshot that was compiled for checking carries no traffic');
    },
  },
  now: Date.now,
};
