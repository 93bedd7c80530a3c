import { connect, type Socket } from 'node:net';
import { createHistogram, performance } from 'node:perf_hooks';
import { REQUEST_FIELDS, REQUEST_TARGET } from './request.ts';
import { ResponseReader } from './response-reader.ts';

/** What the client is told, as JSON in its first argument. */
export interface PacedOptions {
  port: number;
  /** Requests per second. */
  rate: number;
  seconds: number;
  connections: number;
}

/** What it prints, as JSON. */
export interface PacedResult {
  requests: number;
  /** Requests without a complete response of status 200, by what went wrong. */
  failures: Record<string, number>;
  /** Microseconds from the moment when the request was due, so that a stall counts for every request that it delayed. */
  p50: number;
  p99: number;
  p999: number;
  max: number;
  /** Share of its core that this client used, 0 to 1. Near 1 it measures itself. */
  clientBusy: number;
}

/** Requests of the first half second count, and their latency does not: this client is not compiled yet. */
const WARM_UP_MS = 500;
/** How long an answer may take after the last request was due. */
const GRACE_MS = 5_000;
/** Shorter than the latencies that matter, long enough to leave the core to the origin. */
const PAUSE_MS = 0.1;

const options = JSON.parse(process.argv[2] ?? '{}') as PacedOptions;
const head = [`GET ${REQUEST_TARGET} HTTP/1.1`, `Host: 127.0.0.1:${options.port}`, ...REQUEST_FIELDS.map((field) => field.join(': '))];
const request = Buffer.from(`${head.join('\r\n')}\r\n\r\n`);

const perMs = options.rate / 1000;
const total = Math.floor(options.rate * options.seconds);
const latency = createHistogram({ lowest: 1, highest: 600_000_000, figures: 3 });
const failures: Record<string, number> = {};
const idle: Connection[] = [];
const readBuffer = Buffer.allocUnsafe(64 * 1024);
let sent = 0;
let finished = 0;
let startMs = 0;

/** One connection, one request at a time; reconnects when it was closed. */
class Connection {
  #socket: Socket | undefined;
  #reader = new ResponseReader();
  /** When the request under way was due; -1: none is. */
  #dueMs = -1;

  send(dueMs: number): void {
    this.#dueMs = dueMs;
    this.#socket ??= this.open();
    this.#socket.write(request);
  }

  open(): Socket {
    // Read into one buffer: a new one for each response would be a third of the client's work.
    const socket: Socket = connect({
      port: options.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          this.#receive(socket, readBuffer.subarray(0, bytes));
          return true;
        },
      },
    });
    this.#reader = new ResponseReader();
    socket.on('error', (error: NodeJS.ErrnoException) => this.#lose(socket, error.code ?? error.message));
    socket.on('close', () => this.#lose(socket, 'closed without an answer'));
    this.#socket = socket;
    return socket;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #receive(socket: Socket, chunk: Buffer): void {
    try {
      if (!this.#reader.push(chunk)) return;
    } catch (error) {
      this.#lose(socket, error instanceof Error ? error.message : String(error));
      return;
    }
    const dueMs = this.#dueMs;
    // An answer to a request that was not sent would shift all that follow.
    if (dueMs === -1) {
      this.#lose(socket, 'answer without a request');
      return;
    }
    if (this.#reader.status === 200 && dueMs - startMs > WARM_UP_MS) {
      latency.record(Math.max(1, Math.round((performance.now() - dueMs) * 1000)));
    }
    if (this.#reader.closes) {
      socket.destroy();
      this.#socket = undefined;
    }
    this.#finish(this.#reader.status === 200 ? undefined : `status ${this.#reader.status}`);
  }

  /** Closed between two requests is no failure: a server may do that at any time. */
  #lose(socket: Socket, reason: string): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#dueMs !== -1) this.#finish(reason);
  }

  #finish(failure: string | undefined): void {
    this.#dueMs = -1;
    finished += 1;
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
    idle.push(this);
  }
}

const pauseCell = new Int32Array(new SharedArrayBuffer(4));

/** Open loop: requests are due at even distances, whether or not the earlier ones were answered. */
function loop(): void {
  const elapsedMs = performance.now() - startMs;
  const due = Math.min(total, Math.floor(elapsedMs * perMs));
  while (sent < due) {
    const connection = idle.pop();
    if (connection === undefined) break;
    connection.send(startMs + sent / perMs);
    sent += 1;
  }
  if (finished === total || elapsedMs > options.seconds * 1000 + GRACE_MS) {
    report();
    return;
  }
  // A timer of Node's is no finer than a millisecond, and requests in bursts would measure the burst.
  Atomics.wait(pauseCell, 0, 0, PAUSE_MS);
  setImmediate(loop);
}

function report(): void {
  if (finished < sent) failures['no answer in time'] = sent - finished;
  if (sent < total) failures['not sent in time'] = total - sent;
  const { user, system } = process.cpuUsage(cpuBefore);
  const result: PacedResult = {
    requests: total,
    failures,
    p50: latency.percentile(50),
    p99: latency.percentile(99),
    p999: latency.percentile(99.9),
    max: latency.max,
    clientBusy: (user + system) / 1000 / (performance.now() - startMs),
  };
  for (const connection of connections) connection.close();
  process.stdout.write(JSON.stringify(result));
}

const connections = Array.from({ length: options.connections }, () => new Connection());
await Promise.all(
  connections.map(
    (connection) =>
      new Promise<void>((resolve, reject) => {
        connection.open().once('connect', resolve).once('error', reject);
      }),
  ),
);
idle.push(...connections);
const cpuBefore = process.cpuUsage();
startMs = performance.now();
loop();
