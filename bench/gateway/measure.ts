import { countFailures, runPaced } from '../load/paced.ts';
import { runWrk } from '../load/wrk.ts';
import type { RunningProxy } from './running-proxy.ts';

/** One measurement. Latencies in microseconds. */
export interface Figures {
  rps: number;
  /** CPU time of the proxy's processes, microseconds per request. */
  cpuMicros: number;
  /** Share of one core that the proxy used, 0 to 1. Below about 0.95 under saturating load, something else was the limit. */
  busy: number;
  p50: number;
  p99: number;
  failed: number;
  /** After the load. */
  rssBytes: number;
}

export interface HalfLoadFigures extends Figures {
  /** Share of its core that the load generator used, 0 to 1. */
  clientBusy: number;
  failures: Record<string, number>;
  max: number;
}

/** Connections of the paced load: enough that a request finds a free one unless the proxy stalls. */
export const PACED_CONNECTIONS = 64;

/** As much load as the proxy takes. */
export async function measureSaturated(
  running: RunningProxy,
  options: { seconds: number; connections: number; loadCores: string },
): Promise<Figures> {
  const before = running.measure();
  const result = await runWrk({
    port: running.place.port,
    seconds: options.seconds,
    connections: options.connections,
    cores: options.loadCores,
  });
  const after = running.measure();
  running.truncateLogs();
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  return {
    rps: result.requests / result.duration,
    cpuMicros: cpuMicros / Math.max(1, result.requests),
    busy: cpuMicros / (result.duration * 1e6),
    p50: result.p50,
    p99: result.p99,
    failed: result.failed,
    rssBytes: after.rssBytes,
  };
}

/** A steady rate. */
export async function measurePaced(
  running: RunningProxy,
  options: { rate: number; seconds: number; loadCores: string },
): Promise<HalfLoadFigures> {
  const before = running.measure();
  const result = await runPaced({
    port: running.place.port,
    rate: options.rate,
    seconds: options.seconds,
    connections: PACED_CONNECTIONS,
    cores: options.loadCores,
  });
  const after = running.measure();
  running.truncateLogs();
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  return {
    rps: result.requests / options.seconds,
    cpuMicros: cpuMicros / Math.max(1, result.requests),
    busy: cpuMicros / (options.seconds * 1e6),
    p50: result.p50,
    p99: result.p99,
    max: result.max,
    failed: countFailures(result),
    failures: result.failures,
    rssBytes: after.rssBytes,
    clientBusy: result.clientBusy,
  };
}
