import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeAgent } from '@gatehouse/gateway/node';
import { GatewayThreads } from '@gatehouse/gateway/threads';
import type { AdminSource } from './admin-handler.ts';
import { AdminServer } from './admin-server.ts';
import { type Begun, portError, shownHost } from './started.ts';

/** The gateway's threads, as the configuration says. They listen when the first snapshot is applied. */
export function createGateway({ options, settings }: Begun, more: { credentialsExpected?: boolean } = {}): GatewayThreads {
  const accessLogFile = settings.gateway.accessLog.file ?? join(options.dataDir, 'access.log');
  return new GatewayThreads({ settings: settings.gateway, accessLogFile, log: options.log, ...more });
}

export function gatewayUrl({ settings }: Begun, gateway: GatewayThreads): string {
  return `http://${shownHost(settings.gateway.listen.host)}:${gateway.port}`;
}

/** For a snapshot that is just being put into use. */
const LEAVE_MS = 1_000;
/** For telling the control plane of the last requests. */
const LAST_REPORT_MS = 3_000;

/** Leaves the control plane and lets requests in flight end. In this order, so that nothing new is put into use by threads that end. */
export async function leaveAndDrain(gateway: GatewayThreads, agent: NodeAgent | undefined, drainMs: number): Promise<void> {
  const left = agent?.stop();
  const limit = new AbortController();
  await Promise.race([left, delay(LEAVE_MS, undefined, { signal: limit.signal }).catch(() => undefined)]);
  limit.abort();
  await gateway.drain(drainMs);
  await left;
  const last = new AbortController();
  await Promise.race([agent?.reportTraffic(), delay(LAST_REPORT_MS, undefined, { signal: last.signal }).catch(() => undefined)]);
  last.abort();
}

/** What the admin endpoints tell of a process with a gateway. */
export function adminSource({ options }: Begun, gateway: GatewayThreads, control: () => object = () => ({})): AdminSource {
  const startedMs = Date.now();
  return {
    notReady: () => (gateway.ready ? undefined : 'the gateway has no snapshot or no credentials yet, or is shutting down'),
    async metrics() {
      await gateway.collectMetrics();
      return { contentType: gateway.metrics.contentType, text: gateway.metrics.chunks() };
    },
    status: () => ({
      name: 'gatehouse',
      role: options.role,
      ready: gateway.ready,
      snapshot: gateway.snapshotNumber,
      threads: gateway.threadCount,
      ...control(),
      upSeconds: Math.round((Date.now() - startedMs) / 1000),
    }),
  };
}

/** Opens the admin endpoints of a gateway-only process. */
export async function openAdmin({ settings }: Begun, source: AdminSource): Promise<{ server: AdminServer; url: string }> {
  const { listen } = settings.gateway.admin;
  const server = new AdminServer(source);
  try {
    const port = await server.listen(listen.host, listen.port);
    return { server, url: `http://${shownHost(listen.host)}:${port}` };
  } catch (error) {
    throw portError(error, listen);
  }
}
