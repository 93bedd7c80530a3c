import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlane, Refusal } from '@gatehouse/control';
import { NodeAgent } from '@gatehouse/gateway/node';
import type { GatewayThreads } from '@gatehouse/gateway/threads';
import { type AdminSource, createAdminHandler } from './admin-handler.ts';
import { pushEntities } from './catalog/push-entities.ts';
import { type RunningCatalog, startCatalog } from './catalog/start-catalog.ts';
import type { ReadConfiguration } from './configuration-thread.ts';
import { embeddedNodeId } from './embedded-node-id.ts';
import { adminSource, createGateway, gatewayUrl, leaveAndDrain } from './gateway-parts.ts';
import { LiveConfiguration } from './live-configuration.ts';
import { ApiProxy } from './proxy/api-proxy.ts';
import { type Begun, portError, RefusedError, type Running, reportProblems, shownHost } from './started.ts';
import { VERSION } from './version.ts';

/** The control plane, with a gateway in the same process unless the role says otherwise. */
export async function startControl(begun: Begun): Promise<Running> {
  const { options, settings } = begun;
  const { log } = options;
  const gateway = options.role === 'all' ? createGateway(begun) : null;
  await gateway?.start();
  let control: ControlPlane | undefined;
  let agent: NodeAgent | undefined;
  let catalog: RunningCatalog | undefined;
  let live: LiveConfiguration | undefined;
  let serving = false;
  const stop = async (drainMs: number) => {
    if (gateway !== null) await leaveAndDrain(gateway, agent, drainMs);
    proxy.drain();
    await catalog?.stop();
    await control?.close();
    await proxy.stop();
  };
  const proxy = new ApiProxy({
    begun,
    authenticate: async (_method, fields) => (await control?.authenticate(fields))?.hasAccess('viewer') === true,
    ...(gateway === null ? {} : { metrics: gateway.metrics }),
  });
  try {
    const admin = createAdminHandler(controlSource(begun, gateway, proxy, () => control));
    control = await ControlPlane.open({
      settings: settings.control,
      dataDir: options.dataDir,
      env: options.env ?? process.env,
      log,
      version: VERSION,
      trustedProxies: settings.gateway.trustedProxies,
      plainUpgrade: (request, socket, rest) => proxy.upgrade(request, socket, rest),
      operations: [pushEntities(() => catalog)],
      plain: (request, response) =>
        admin(request, response) || proxy.handle(request, response) || catalog?.handle(request, response) === true,
    });
    const opened = control;
    live = new LiveConfiguration(begun, gateway, async (read) => {
      const { prepared, problems } = proxy.prepare(read.settings);
      reportProblems(options, problems);
      if (prepared === undefined || !(await applyFile(begun, opened, read, serving))) return false;
      proxy.commit(prepared);
      return true;
    });
    if (!(await live.apply(begun.read))) throw new RefusedError('The configuration was refused');
    control.start();
    catalog = await startCatalog(begun, control);
    if (gateway !== null) {
      const identity = { name: 'embedded', address: gatewayUrl(begun, gateway), version: VERSION };
      const id = await embeddedNodeId(options.dataDir);
      agent = new NodeAgent({ transport: control.transport, store: null, id, gateway, log, identity });
      await agent.start();
      await ready(agent);
    }
    const configuration = live;
    const { listen } = settings.control;
    const port = await control.listen(listen.host, listen.port).catch((error: unknown) => {
      throw portError(error, listen);
    });
    serving = true;
    return {
      gatewayUrl: gateway === null ? undefined : gatewayUrl(begun, gateway),
      adminUrl: `http://${shownHost(listen.host)}:${port}`,
      adminToken: control.adminToken,
      reload: () => configuration.reload(),
      reopenLogs() {
        gateway?.reopenLogs();
        proxy.reopenLog();
      },
      async stop() {
        configuration.stop();
        await stop(settings.gateway.drainTimeout);
      },
    };
  } catch (error) {
    live?.stop();
    await stop(0);
    throw error;
  }
}

/** What is live was compiled before it was saved, so a gateway that does not get ready is our own failure. */
async function ready(agent: NodeAgent): Promise<void> {
  const limit = new AbortController();
  try {
    await Promise.race([
      agent.whenReady(),
      delay(READY_MS, undefined, { signal: limit.signal }).then(() => {
        throw new Error(`The gateway did not get ready: ${agent.status.rejected?.reason ?? 'it did not answer'}`);
      }),
    ]);
  } finally {
    limit.abort();
  }
}

const READY_MS = 60_000;

/** Makes the file's declarations true in the database and, through the nodes, live. */
async function applyFile({ options }: Begun, control: ControlPlane, { resources }: ReadConfiguration, waits: boolean): Promise<boolean> {
  if (resources === undefined) return false;
  const { log } = options;
  const startMs = performance.now();
  try {
    const { number, problems } = await control.applyFile(resources);
    reportProblems(options, problems);
    if (number === null) return true;
    // At the start no node can be connected yet.
    const nodes = waits ? await control.settled(number) : [];
    const rejected = nodes.filter(({ state }) => state === 'rejected');
    for (const { name, reason } of rejected) log.error({ snapshot: number, node: name, reason }, 'A node rejected the snapshot');
    log.info(
      { snapshot: number, apis: resources.apis.length, nodes: nodes.length, ms: Math.round(performance.now() - startMs) },
      'The configuration file was applied',
    );
    return rejected.length === 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const own = { severity: 'error' as const, code: error.code, message: error.detail };
    reportProblems(options, error.extras.problems ?? [own]);
    log.error({ reason: error.code }, 'What the configuration file declares is refused; the last good state stays live');
    return false;
  }
}

function controlSource(
  begun: Begun,
  gateway: GatewayThreads | null,
  proxy: ApiProxy,
  control: () => ControlPlane | undefined,
): AdminSource {
  const where = () => ({ database: control()?.location });
  if (gateway !== null) {
    const source = adminSource(begun, gateway, where);
    return {
      ...source,
      metrics() {
        proxy.collectMetrics();
        return source.metrics();
      },
    };
  }
  const startedMs = Date.now();
  return {
    notReady: async () => (await control()?.notReady()) ?? undefined,
    metrics: async () => proxy.metrics(),
    status: () => ({ name: 'gatehouse', role: begun.options.role, ...where(), upSeconds: Math.round((Date.now() - startedMs) / 1000) }),
  };
}
