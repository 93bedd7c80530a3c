import { spawn } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PacedOptions, PacedResult } from './paced-client.ts';

/** Runs the client against a server, apart from the cores that a bench would use. */
async function runAgainst(listener: RequestListener, options: Omit<PacedOptions, 'port'>): Promise<PacedResult> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const script = fileURLToPath(new URL('paced-client.ts', import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify({ port, ...options })], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) output += chunk;
    return JSON.parse(output) as PacedResult;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('the paced client', () => {
  it('sends as many requests as the rate says, and reports none as failed when each is answered', async () => {
    let received = 0;
    const result = await runAgainst(
      (_request, response) => {
        received += 1;
        response.end('x'.repeat(1024));
      },
      { rate: 400, seconds: 1, connections: 8 },
    );
    expect(received).toBe(400);
    expect(result.requests).toBe(400);
    expect(result.failures).toEqual({});
  });

  it('counts each request that is cut off or answered with an error, and none for a connection that is closed politely', async () => {
    let received = 0;
    const result = await runAgainst(
      (request, response) => {
        received += 1;
        if (received % 10 === 1) request.socket.destroy();
        else if (received % 10 === 2) response.writeHead(503).end();
        else if (received % 10 === 3) response.setHeader('Connection', 'close').end('bye');
        else response.end('x');
      },
      { rate: 200, seconds: 1, connections: 4 },
    );
    expect(result.failures).toEqual({ 'status 503': 20, 'closed without an answer': 20 });
  });

  it('counts a stall for every request that was due during it', async () => {
    let received = 0;
    const result = await runAgainst(
      (_request, response) => {
        received += 1;
        if (received === 200) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
        response.end('x');
      },
      { rate: 200, seconds: 2, connections: 2 },
    );
    // 400 ms of 1.5 s: far more than the two requests that two connections had under way.
    expect(result.p99).toBeGreaterThan(200_000);
    expect(result.failures).toEqual({});
  });
});
