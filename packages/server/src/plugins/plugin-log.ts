import type { PluginLog } from '@gatehouse/sdk/plugin';
import type { FastifyBaseLogger } from 'fastify';

type Sink = Pick<Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>, 'info' | 'warn' | 'error'>;

/** The log of a plugin: each line says whose it is. */
export function createPluginLog(sink: Sink, plugin: string, bindings: object = {}): PluginLog {
  const level =
    (name: keyof Sink) =>
    (first: string | object, second?: string): void => {
      // Whose it is comes last: no field of the plugin's own says otherwise.
      if (typeof first === 'string') sink[name]({ ...bindings, plugin }, first);
      else sink[name]({ ...bindings, ...toFields(first), plugin }, second ?? '');
    };
  return { info: level('info'), warn: level('warn'), error: level('error') };
}

/** The same as Fastify wants it, so that `request.log` writes there too. */
export function createRouterLog(sink: Sink, plugin: string, bindings: object = {}): FastifyBaseLogger {
  const { info, warn, error } = createPluginLog(sink, plugin, bindings);
  const nothing = () => {};
  return {
    level: 'info',
    info,
    warn,
    error,
    fatal: error,
    debug: nothing,
    trace: nothing,
    silent: nothing,
    child: (more: object) => createRouterLog(sink, plugin, { ...bindings, ...more }),
  } as FastifyBaseLogger;
}

/** Errors have no fields of their own that a log would show. */
function toFields(fields: object): object {
  if (fields instanceof Error) return { err: fields.stack };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.stack : value]));
}
