import { hostname } from 'node:os';
import { join } from 'node:path';
import { HttpNodeTransport, NodeAgent, NodeStore } from '@gatehouse/gateway/node';
import { adminSource, createGateway, gatewayUrl, leaveAndDrain, openAdmin } from './gateway-parts.ts';
import { LiveConfiguration } from './live-configuration.ts';
import { type Begun, RefusedError, type Running, type Settings } from './started.ts';
import { VERSION } from './version.ts';

type ControlSettings = NonNullable<Settings['gateway']['control']>;

/** A gateway that takes everything from a control plane, and serves from its disk when that is away. */
export async function startRemoteGateway(begun: Begun, control: ControlSettings): Promise<Running> {
  const { options, settings } = begun;
  const { log } = options;
  const transport = createTransport(control);
  if (!transport.isEncrypted)
    log.warn({ control: transport.origin }, 'The way to the control plane is not encrypted: it carries secrets of apps');
  const store = await NodeStore.open({ directory: join(options.dataDir, 'node'), log });
  const gateway = createGateway(begun);
  await gateway.start();
  const identity = { name: control.name ?? hostname(), address: gatewayUrl(begun, gateway), version: VERSION };
  const agent = new NodeAgent({ transport, store, gateway, log, identity });
  const source = adminSource(begun, gateway, () => ({ control: { url: transport.origin, connected: agent.status.controlConnected } }));
  let admin: Awaited<ReturnType<typeof openAdmin>>;
  try {
    admin = await openAdmin(begun, {
      ...source,
      metrics() {
        gateway.metrics.setControlConnected(agent.status.controlConnected);
        return source.metrics();
      },
    });
    await agent.start();
  } catch (error) {
    await gateway.drain(0);
    throw error;
  }
  // Only settings are read from the file, and they are fixed at the start: a change is told, not applied.
  const live = new LiveConfiguration(begun, gateway, async () => true);
  await live.apply(begun.read);
  return {
    gatewayUrl: identity.address,
    adminUrl: admin.url,
    adminToken: undefined,
    reload: () => live.reload(),
    reopenLogs: () => gateway.reopenLogs(),
    async stop() {
      live.stop();
      await leaveAndDrain(gateway, agent, settings.gateway.drainTimeout);
      transport.close();
      await admin.server.close();
    },
  };
}

function createTransport({ url, token, ca }: ControlSettings): HttpNodeTransport {
  try {
    return new HttpNodeTransport({ url, token, ...(ca === undefined ? {} : { ca }) });
  } catch (error) {
    throw new RefusedError(`gateway.control cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
