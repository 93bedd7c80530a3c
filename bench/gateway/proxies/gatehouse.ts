import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GatehouseConfigOptions, writeGatehouseConfig } from './gatehouse-config.ts';
import type { ProxyDescriptor } from './proxy.ts';

const MAIN = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

function gatehouseProxy(name: string, title: string, options: GatehouseConfigOptions): ProxyDescriptor {
  return {
    name,
    title,
    chain: options.chain,
    missing: () => (existsSync(MAIN) ? undefined : `${MAIN} is missing`),
    prepare(place) {
      const file = writeGatehouseConfig(place, options);
      return {
        command: process.execPath,
        args: [MAIN, 'start', '--config', file, '--role', 'gateway', '--data', join(place.directory, 'data')],
        env: { NODE_ENV: 'production' },
      };
    },
    reconfigure(place, _pid, generation) {
      writeGatehouseConfig(place, { ...options, generation });
    },
    configurationGauge: 'gatehouse_snapshot_number',
    ...(options.chain === 'full' ? { proof: 'access-control-allow-origin', logs: ['access.log'] } : {}),
  };
}

export const gatehouse = gatehouseProxy('gatehouse', 'Gatehouse, 10 routes', { routes: 10, chain: 'bare' });
export const gatehouseFull = gatehouseProxy('gatehouse-full', 'Gatehouse, full chain', { routes: 10, chain: 'full' });
export const gatehouseManyRoutes = gatehouseProxy('gatehouse-10000', 'Gatehouse, 10,000 routes', { routes: 10_000, chain: 'bare' });
