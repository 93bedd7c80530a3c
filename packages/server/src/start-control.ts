import { PermittedUrls } from '@gatehouse/catalog';
import type { NodeTransport } from '@gatehouse/contract';
import { ControlPlane } from '@gatehouse/control';
import { DatabaseUnavailableError } from '@gatehouse/database/errors';
import type { GatewayThreads } from '@gatehouse/gateway/threads';
import { type AdminSource, createAdminHandler } from './admin-handler.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { catalogOperations } from './catalog/catalog-operations.ts';
import { type RunningCatalog, startCatalog } from './catalog/start-catalog.ts';
import { EmbeddedNode } from './embedded-node.ts';
import { adminSource, createGateway, gatewayUrl, leaveAndDrain } from './gateway-parts.ts';
import { LateStart } from './late-start.ts';
import { LiveConfiguration } from './live-configuration.ts';
import { PluginHost } from './plugins/plugin-host.ts';
import type { PluginServices } from './plugins/running-plugin.ts';
import { openPortal } from './portal/open-portal.ts';
import { ApiProxy } from './proxy/api-proxy.ts';
import { type Begun, portError, RefusedError, type Running, shownHost } from './started.ts';
import { VERSION } from './version.ts';
import { createWaitingServer } from './waiting-server.ts';

/** The control plane, with a gateway in the same process unless the role says otherwise. */
export async function startControl(begun: Begun): Promise<Running> {
  const { options, settings } = begun;
  const { log } = options;
  const plugins = await PluginHost.load(begun.read.plugins, options);
  const portal = await openPortal(log);
  const gateway = options.role === 'all' ? createGateway(begun) : null;
  await gateway?.start();
  let control: ControlPlane | undefined;
  let catalog: RunningCatalog | undefined;
  let serving = false;
  let transport: NodeTransport | undefined;
  const node = gateway === null ? null : new EmbeddedNode(begun, gateway, () => transport);
  const urls = new PermittedUrls(settings.backend.reading);
  const stop = async (drainMs: number) => {
    if (gateway !== null) await leaveAndDrain(gateway, node?.agent, drainMs);
    proxy.drain();
    await plugins.stop();
    await catalog?.stop();
    await control?.close();
    urls.close();
    await proxy.stop();
  };
  const proxy = new ApiProxy({
    begun,
    async authenticate(method, fields, isUpgrade) {
      const caller = await control?.identify({ method, fields, isUpgrade });
      return caller === 'forged' ? caller : caller?.hasAccess('viewer') === true;
    },
    ...(gateway === null ? {} : { metrics: gateway.metrics }),
  });
  const source = controlSource(begun, gateway, proxy, () => control);
  const admin = createAdminHandler(source);
  const openDatabase = async () => {
    control = await ControlPlane.open({
      settings: settings.control,
      dataDir: options.dataDir,
      env: options.env ?? process.env,
      log,
      version: VERSION,
      trustedProxies: settings.gateway.trustedProxies,
      gateway: settings.gateway,
      plainUpgrade: (request, socket, rest) => proxy.upgrade(request, socket, rest),
      operations: catalogOperations(() => catalog),
      findEntities: async (request) => (await catalog?.find(request)) ?? [],
      readUrl: (url, signal) => urls.read(url, signal),
      auth: settings.auth,
      directory: { find: async (query) => (await catalog?.users.find(query)) ?? [] },
      plain: (request, response) =>
        admin(request, response) ||
        proxy.handle(request, response) ||
        plugins.handle(request, response) ||
        catalog?.handle(request, response) === true ||
        portal.handle(request, response),
    });
  };
  const openPlugins = async () => {
    const { database } = opened();
    await plugins.open({
      database: database as unknown as PluginServices['database'],
      authenticate: (method, fields) => opened().identify({ method, fields }),
      trustedProxies: settings.gateway.trustedProxies,
      log,
    });
  };
  const live = new LiveConfiguration(begun, gateway, async (read) => {
    plugins.noteChange(read.plugins);
    if (control === undefined) throw new DatabaseUnavailableError('The control plane waits for its database');
    return applyConfiguration(begun, { control, proxy }, read, serving);
  });
  const leadNodes = async () => {
    opened().start();
    transport = opened().transport;
  };
  const feedCatalog = async () => {
    catalog = await startCatalog(begun, opened());
  };
  const { listen } = settings.control;
  const serve = async (port: number) => {
    const bound = await opened()
      .listen(listen.host, port)
      .catch((error: unknown) => {
        throw portError(error, listen);
      });
    serving = true;
    plugins.start();
    return bound;
  };
  const running = (port: number, stopFirst: () => Promise<void> = async () => undefined): Running => ({
    gatewayUrl: gateway === null ? undefined : gatewayUrl(begun, gateway),
    adminUrl: `http://${shownHost(listen.host)}:${port}`,
    adminToken: control?.adminToken,
    reload: () => live.reload(),
    reopenLogs() {
      gateway?.reopenLogs();
      proxy.reopenLog();
    },
    async stop() {
      live.stop();
      await stopFirst();
      await stop(settings.gateway.drainTimeout);
    },
  });
  try {
    const away = await openDatabase().catch((error: unknown) => {
      if (error instanceof DatabaseUnavailableError) return error;
      throw error;
    });
    if (away !== undefined) {
      if (node === null || !(await node.serveFromDisk())) throw away;
      return await startLate(away.message);
    }
    await openPlugins();
    if (!(await live.apply(begun.read))) throw new RefusedError('The configuration was refused');
    await leadNodes();
    await feedCatalog();
    await node?.follow();
    return running(await serve(listen.port));
  } catch (error) {
    live.stop();
    await stop(0);
    throw error;
  }

  /** The gateway serves what it had on its disk; everything else comes up when the database is there. */
  async function startLate(reason: string): Promise<Running> {
    log.warn({ reason }, 'The gateway serves what it has on its disk; the control plane starts when its database is there');
    const late = new LateStart({
      reason,
      log,
      steps: [
        openDatabase,
        openPlugins,
        () => live.reload(),
        leadNodes,
        feedCatalog,
        async () => {
          await waiting.close();
          await serve(port);
          // Of a database that was never used before.
          if (control?.adminToken !== undefined)
            options.report([`An admin token was made, which is shown this once: ${control.adminToken}`]);
        },
      ],
    });
    const waiting = createWaitingServer({ ...source, notReady: () => late.notReady });
    const port = await waiting.listen(listen.host, listen.port).catch((error: unknown) => {
      throw portError(error, listen);
    });
    // Files are watched from now on; what they say is applied once there is something to apply it to.
    await live.apply(begun.read).catch((error: unknown) => {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
    });
    late.start();
    return running(port, async () => {
      await late.stop();
      await waiting.close();
    });
  }

  function opened(): ControlPlane {
    if (control === undefined) throw new Error('The control plane is not open');
    return control;
  }
}

function controlSource(
  begun: Begun,
  gateway: GatewayThreads | null,
  proxy: ApiProxy,
  control: () => ControlPlane | undefined,
): AdminSource {
  if (gateway !== null) {
    const source = adminSource(begun, gateway);
    return {
      notReady: () => source.notReady(),
      metrics() {
        proxy.collectMetrics();
        return source.metrics();
      },
    };
  }
  return { notReady: async () => (await control()?.notReady()) ?? undefined, metrics: async () => proxy.metrics() };
}
