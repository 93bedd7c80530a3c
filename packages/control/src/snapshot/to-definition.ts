import { bodyText, type GatehouseConfig, type MockDefinition, type Timeouts, type WrittenDefinition } from '@gatehouse/contract';
import type { DefinitionContent } from './definition-content.ts';

/** What is kept of a backend service in one environment, from what was written and fits its type. */
export function toDefinition(definition: WrittenDefinition): DefinitionContent {
  const { url, network, service, mock, https, healthCheck, tls } = definition;
  return {
    targets: definition.targets ?? (url === undefined ? [] : [{ url, weight: 1 }]),
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
    ...(network === undefined ? {} : { network: { name: network, https } }),
    ...(service === undefined ? {} : { service: toService(service, https) }),
    ...(mock === undefined ? {} : { mock: toMock(mock) }),
  };
}

function toService({ name, record, port, refresh }: NonNullable<WrittenDefinition['service']>, https: boolean) {
  return { name, record, ...(port === undefined ? {} : { port }), https, refreshMs: refresh };
}

function toMock({ status = 200, headers, body, contentType, examples }: NonNullable<WrittenDefinition['mock']>): MockDefinition {
  const lowerHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (examples) return { headers: lowerHeaders };
  const usual = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const sent = body === undefined ? {} : { body: { contentType: contentType ?? usual, text: bodyText(body) } };
  return { headers: lowerHeaders, answer: { status, ...sent } };
}

export function toTimeouts(timeouts: GatehouseConfig['gateway']['timeouts']): Timeouts {
  return {
    ...(timeouts.connect === undefined ? {} : { connectMs: timeouts.connect }),
    ...(timeouts.response === undefined ? {} : { responseMs: timeouts.response }),
    ...(timeouts.idle === undefined ? {} : { idleMs: timeouts.idle }),
    ...(timeouts.total === undefined ? {} : { totalMs: timeouts.total }),
  };
}
