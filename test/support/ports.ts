import { createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections, so that none of those can be in the way. */
const FIRST = 10_000;
const COUNT = 20_000;

let next = (process.pid * 61) % COUNT;

/**
 * A port of the loopback on which nothing listens. Ports are tried in an order that differs between processes: gateways listen
 * with SO_REUSEPORT, and two of them that were given one port would silently share it.
 */
export async function freePort(): Promise<number> {
  for (let i = 0; i < COUNT; i++) {
    next = (next + 1) % COUNT;
    if (await isFree(FIRST + next)) return FIRST + next;
  }
  throw new Error('No free port on the loopback');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
