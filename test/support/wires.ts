import type { ListenerName } from './listeners.ts';

/** What a gateway process is started with for each setting of its wire towards clients. */
export const WIRES: readonly { name: ListenerName; gateway: Readonly<Record<string, unknown>> }[] = [
  { name: 'own', gateway: { wire: 'own' } },
  { name: 'node', gateway: { wire: 'node' } },
];
