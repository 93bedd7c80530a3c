import type { PluginEnvironment, PluginFetchInit } from '@gatehouse/sdk/plugin';

const TIMEOUT_MS = 10_000;

/** `fetch` that ends: after its timeout, the body included, and when `stop` aborts. */
export function createPluginFetch(plugin: string, stop: AbortSignal): PluginEnvironment<unknown, unknown>['fetch'] {
  return (input, { timeoutMs = TIMEOUT_MS, ...init }: PluginFetchInit = {}) => {
    const own = init.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs), ...(own === undefined ? [] : [own])]);
    const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
    if (!headers.has('user-agent')) headers.set('user-agent', `gatehouse-plugin/${plugin}`);
    return fetch(input, { ...init, headers, signal });
  };
}
