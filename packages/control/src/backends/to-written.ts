import { isDeepStrictEqual } from 'node:util';
import { backendDefinition, storedKeyMark, type WrittenDefinition } from '@gatehouse/contract';
import { formatDuration, formatDurations } from '../schema/format-duration.ts';

const DEFAULTS = withDurations(
  backendDefinition.parse({ healthCheck: { path: '/' }, service: { name: 'a' }, mock: {}, tls: {} } satisfies object),
);

/**
 * A definition as a person would write it: durations as text, and nothing that is the default anyway. In the place of a private key
 * stands which one it is: what comes out of here is shown, kept in clear, and in the audit.
 */
export function toWritten(definition: WrittenDefinition): Record<string, unknown> {
  const { url, targets, network, service, mock, healthCheck, ...rest } = withDurations(definition);
  return {
    ...(url === undefined ? {} : { url }),
    ...(targets === undefined ? {} : { targets: targets.map(({ weight, ...target }) => (weight === 1 ? target : { ...target, weight })) }),
    ...(network === undefined ? {} : { network }),
    ...(service === undefined ? {} : { service: withoutDefaults(service, DEFAULTS.service ?? {}) }),
    ...(mock === undefined ? {} : { mock: { ...withoutDefaults({ ...mock, body: undefined }, DEFAULTS.mock ?? {}), ...bodyOf(mock) } }),
    ...withoutDefaults(rest, DEFAULTS),
    ...(healthCheck === undefined
      ? {}
      : { healthCheck: { path: healthCheck.path, ...withoutDefaults(healthCheck, DEFAULTS.healthCheck ?? {}) } }),
  };
}

/** As it is: the body is the author's own. */
function bodyOf({ body }: { body?: unknown }): { body?: unknown } {
  return body === undefined ? {} : { body };
}

function withDurations(definition: WrittenDefinition) {
  const { timeouts, ejection, healthCheck, service, tls, ...rest } = definition;
  return {
    ...rest,
    ...(service === undefined ? {} : { service: { ...service, refresh: formatDuration(service.refresh) } }),
    ...(tls === undefined ? {} : { tls: tls.key === undefined ? tls : { ...tls, key: storedKeyMark(tls.key) } }),
    timeouts: formatDurations(timeouts),
    ejection: { ...ejection, duration: formatDuration(ejection.duration) },
    ...(healthCheck === undefined
      ? {}
      : {
          healthCheck: { ...healthCheck, interval: formatDuration(healthCheck.interval), timeout: formatDuration(healthCheck.timeout) },
        }),
  };
}

function withoutDefaults(values: object, defaults: object): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const usual: unknown = Object.hasOwn(defaults, key) ? Reflect.get(defaults, key) : undefined;
    if (value === undefined || isDeepStrictEqual(value, usual)) continue;
    const nested = isObject(value) ? withoutDefaults(value, isObject(usual) ? usual : {}) : value;
    written[key] = nested;
  }
  return written;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
