import { FileApps } from './file-apps.ts';
import { adminSource, createGateway, gatewayUrl, openAdmin } from './gateway-parts.ts';
import { LiveConfiguration, type MakeLive } from './live-configuration.ts';
import { type Begun, RefusedError, type Running, reportProblems } from './started.ts';

/** A gateway that works from its files alone: no database, no control plane. */
export async function startFileGateway(begun: Begun): Promise<Running> {
  const { options, settings } = begun;
  const gateway = createGateway(begun);
  await gateway.start();
  let admin: Awaited<ReturnType<typeof openAdmin>>;
  try {
    admin = await openAdmin(begun, adminSource(begun, gateway));
  } catch (error) {
    await gateway.drain(0);
    throw error;
  }
  let hash = '';
  const fileApps = new FileApps(gateway.credentials);
  const makeLive: MakeLive = async ({ snapshot, apps }) => {
    if (snapshot === undefined) return false;
    // Before the first request; later with the snapshot that they belong to, and not when that is rejected.
    if (hash === '' || snapshot.head.hash === hash) fileApps.apply(apps);
    if (snapshot.head.hash === hash) return true;
    const startMs = performance.now();
    const { number, revisions } = snapshot.head;
    const result = await gateway.apply(snapshot);
    reportProblems(options, result.problems);
    if (!result.applied) {
      options.log.error({ snapshot: number, errors: result.problems.length }, 'The snapshot was rejected; the last good one stays live');
      return false;
    }
    hash = snapshot.head.hash;
    fileApps.apply(apps);
    options.log.info(
      { snapshot: number, apis: revisions.length, routes: snapshot.routeCount, ms: Math.round(performance.now() - startMs) },
      'Snapshot applied',
    );
    return true;
  };
  const live = new LiveConfiguration(begun, gateway, makeLive, () => gateway.snapshotNumber + 1);
  try {
    if (!(await live.apply(begun.read))) throw new RefusedError('The configuration was refused');
  } catch (error) {
    live.stop();
    await Promise.all([gateway.drain(0), admin.server.close()]);
    throw error;
  }
  return {
    gatewayUrl: gatewayUrl(begun, gateway),
    adminUrl: admin.url,
    adminToken: undefined,
    reload: () => live.reload(),
    reopenLogs: () => gateway.reopenLogs(),
    async stop() {
      live.stop();
      await gateway.drain(settings.gateway.drainTimeout);
      await admin.server.close();
    },
  };
}
