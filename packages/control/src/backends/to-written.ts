import { isDeepStrictEqual } from 'node:util';
import { type BackendConfig, backendDefinition } from '@gatehouse/contract';
import { formatDuration, formatDurations } from '../schema/format-duration.ts';

type Definition = BackendConfig['environments'][string];

const DEFAULTS = withDurations(backendDefinition.parse({ url: 'http://localhost', healthCheck: { path: '/' } }));

/** A definition as a person would write it: durations as text, and nothing that is the default anyway. */
export function toWritten(definition: Definition): Record<string, unknown> {
  const { url, targets, healthCheck, ...rest } = withDurations(definition);
  return {
    ...(url === undefined ? {} : { url }),
    ...(targets === undefined ? {} : { targets: targets.map(({ weight, ...target }) => (weight === 1 ? target : { ...target, weight })) }),
    ...withoutDefaults(rest, DEFAULTS),
    ...(healthCheck === undefined
      ? {}
      : { healthCheck: { path: healthCheck.path, ...withoutDefaults(healthCheck, DEFAULTS.healthCheck ?? {}) } }),
  };
}

function withDurations(definition: Definition) {
  const { timeouts, ejection, healthCheck, ...rest } = definition;
  return {
    ...rest,
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
