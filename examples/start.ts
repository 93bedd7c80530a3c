import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { RefusedError, type Running, start } from '@gatehouse/server/start';
import { createFlerps } from './flerps/server.ts';
import { createFrobs } from './frobs/server.ts';
import { createPetstore } from './petstore/server.ts';

/** `npm start`: the example services, and Gatehouse in front of them, in one process. */

const services: readonly [string, Server, number][] = [
  ['petstore, test', createPetstore({ environment: 'test' }), 9001],
  ['petstore, production', createPetstore({ environment: 'production' }), 9002],
  ['frobs, test', createFrobs({ environment: 'test' }), 9003],
  ['frobs, production', createFrobs({ environment: 'production' }), 9004],
  ['flerps', createFlerps({ delayMs: 200 }), 9005],
];

for (const [name, server, port] of services) await listen(name, server, port);

const log = (level: string) => (fields: object, message: string) => {
  const text = Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  process.stderr.write(`${level}: ${message}${text === '' ? '' : ` (${text})`}\n`);
};

/** How to get into the management interface. The token is made at the first start and shown this once. */
function signIn(token: string | undefined): string {
  const use = `  npm run --silent gatehouse -- apis list\n  npm run --silent gatehouse -- apis debug petstore test GET /pet/1`;
  if (token !== undefined)
    return `Sign in to the portal with the admin token of this installation, shown this once (.gatehouse holds only its hash):\n\n  export GATEHOUSE_TOKEN=${token}\n${use}`;
  const lost = 'Lost it? Start with GATEHOUSE_ADMIN_TOKEN set to one of your own, or remove .gatehouse to begin anew.';
  return `With the admin token in GATEHOUSE_TOKEN, which the first start showed:\n\n${use}\n\n${lost}`;
}

let running: Running;
try {
  running = await start({
    configFiles: [fileURLToPath(new URL('./gatehouse.yaml', import.meta.url))],
    dataDir: fileURLToPath(new URL('../.gatehouse', import.meta.url)),
    role: 'all',
    log: { info: log('info'), warn: log('warning'), error: log('error') },
    report: (lines) => process.stderr.write(`${lines.join('\n')}\n`),
  });
} catch (error) {
  process.stderr.write(`${error instanceof RefusedError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}

process.stdout.write(`
Gatehouse is serving two example services (Ctrl-C stops it):

  portal    ${running.adminUrl}
  gateway   ${running.gatewayUrl}
  control   ${running.adminUrl}/api/v1  (management), /api/catalog, /healthz, /readyz, /metrics
  config    examples/gatehouse.yaml: change it, and the change is live

Try it:

  curl '${running.gatewayUrl}/petstore/pet/findByStatus?status=available'
  curl '${running.gatewayUrl}/test/petstore/pet/1'
  curl -H "Authorization: Bearer $GATEHOUSE_TOKEN" ${running.adminUrl}/api/frobs-aggregator/summary

${signIn(running.adminToken)}

`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.once(signal, () => process.exit(1));
    void stop();
  });
}

async function stop(): Promise<void> {
  await running.stop();
  for (const [, server] of services) {
    server.close();
    server.closeAllConnections();
  }
}

function listen(name: string, server: Server, port: number): Promise<void> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      process.stderr.write(
        `${name} cannot listen on port ${port}: ${error.code === 'EADDRINUSE' ? 'it is in use by another process' : error.message}\n`,
      );
      process.exit(1);
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
