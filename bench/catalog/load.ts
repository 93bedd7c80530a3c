import { Agent, request } from 'node:http';

/** A request of a scenario; the number makes each one different. */
export interface BenchRequest {
  path: string;
  body?: unknown;
}

export interface Latencies {
  /** Microseconds. */
  p50: number;
  p99: number;
  failed: number;
}

/** One request after the other over one kept connection: what one user waits for. */
export async function measureLatencies(port: number, make: (number: number) => BenchRequest, requests: number): Promise<Latencies> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // The first ones make what later ones find made: sort orders, compiled code.
  for (let at = 0; at < Math.min(50, requests / 4); at++) await send(port, agent, make(at));
  const micros: number[] = [];
  let failed = 0;
  for (let at = 0; at < requests; at++) {
    const start = performance.now();
    const status = await send(port, agent, make(at));
    micros.push((performance.now() - start) * 1_000);
    if (status !== 200) failed++;
  }
  agent.destroy();
  micros.sort((a, b) => a - b);
  return { p50: micros[micros.length >> 1] ?? 0, p99: micros[Math.floor(micros.length * 0.99)] ?? 0, failed };
}

/** Requests over several connections, each sending the next one when it has its answer. */
export async function measureThroughput(
  port: number,
  make: (number: number) => BenchRequest,
  options: { connections: number; seconds: number },
): Promise<{ requests: number; seconds: number; failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const start = performance.now();
  const end = start + options.seconds * 1_000;
  let requests = 0;
  let failed = 0;
  const work = async () => {
    while (performance.now() < end) {
      const status = await send(port, agent, make(requests++));
      if (status !== 200) failed++;
    }
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  agent.destroy();
  return { requests, seconds: (performance.now() - start) / 1_000, failed };
}

function send(port: number, agent: Agent, { path, body }: BenchRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const outgoing = request({ port, host: '127.0.0.1', agent, path, method: text === undefined ? 'GET' : 'POST', headers }, (response) => {
      response.on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
      response.resume();
    });
    outgoing.on('error', reject).end(text);
  });
}
