import type { BackendConfig, BackendDefinition, GatehouseConfig, Timeouts } from '@gatehouse/contract';

/** What snapshots hold of a backend service in one environment, from what was written. */
export function toDefinition(definition: BackendConfig['environments'][string]): BackendDefinition {
  const { healthCheck, tls } = definition;
  return {
    targets: definition.targets ?? [{ url: definition.url ?? '', weight: 1 }],
    loadBalancing: definition.loadBalancing,
    timeouts: toTimeouts(definition.timeouts),
    retry: definition.retry,
    ejection: { failures: definition.ejection.failures, durationMs: definition.ejection.duration, shareMax: definition.ejection.shareMax },
    ...(healthCheck === undefined
      ? {}
      : {
          healthCheck: {
            path: healthCheck.path,
            intervalMs: healthCheck.interval,
            timeoutMs: healthCheck.timeout,
            healthyAfter: healthCheck.healthyAfter,
            unhealthyAfter: healthCheck.unhealthyAfter,
          },
        }),
    connectionsMax: definition.connections,
    hostHeader: definition.hostHeader,
    ...(definition.protocol === 'http1' ? {} : { protocol: definition.protocol }),
    ...(tls === undefined ? {} : { tls }),
  };
}

export function toTimeouts(timeouts: GatehouseConfig['gateway']['timeouts']): Timeouts {
  return {
    ...(timeouts.connect === undefined ? {} : { connectMs: timeouts.connect }),
    ...(timeouts.response === undefined ? {} : { responseMs: timeouts.response }),
    ...(timeouts.idle === undefined ? {} : { idleMs: timeouts.idle }),
    ...(timeouts.total === undefined ? {} : { totalMs: timeouts.total }),
  };
}
