import { OWNER_VARIABLE, stopSharedCluster } from '../../packages/database/src/testing/shared-cluster.ts';

/** Tells the test workers whose PostgreSQL they share (the first that needs it starts it), and ends it after the run. */
export function setup(): () => Promise<void> {
  process.env[OWNER_VARIABLE] = String(process.pid);
  return () => stopSharedCluster(process.pid);
}
