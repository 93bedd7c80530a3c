import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { Deadlines } from '../../packages/gateway/src/upstream/deadlines.ts';
import type { Listener, ListenerOptions } from '../../packages/gateway/src/wire/wire.ts';
import { type ListenerKind, listenerOptions } from './listeners.ts';
import { MemorySocket } from './memory-socket.ts';
import { RecordingHandler, type SeenRequest } from './recording-handler.ts';

/** What a listener made of the bytes of one connection. */
export interface Reading {
  /** In the order in which they were handed over. */
  requests: SeenRequest[];
  /** Everything that was written back. */
  answers: Buffer;
  /** The connection was closed after the client had ended its side. */
  closed: boolean;
}

/** Node announces every server that begins to listen there; a listener keeps its own to itself. */
const LISTENING = 'tracing:net.server.listen:asyncStart';
/** Rounds of the event loop without any activity after which nothing more will come of what was fed. */
const QUIET_ROUNDS = 3;

/** A listener that is fed connections in memory. */
export class MemoryServer {
  readonly handler: RecordingHandler;
  readonly #listener: Listener;
  readonly #server: Server;
  #connections = 0;

  static async start(kind: ListenerKind, options: Partial<ListenerOptions> = {}): Promise<MemoryServer> {
    const handler = new RecordingHandler();
    const listener = kind.create(listenerOptions(options), handler, new Deadlines());
    const servers: Server[] = [];
    const note = (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'server' in message && message.server instanceof Server) {
        servers.push(message.server);
      }
    };
    subscribe(LISTENING, note);
    try {
      await listener.listen();
    } finally {
      unsubscribe(LISTENING, note);
    }
    const [server] = servers;
    if (server === undefined || servers.length !== 1) throw new Error(`Of ${kind.name} ${servers.length} servers listen instead of one`);
    return new MemoryServer(listener, server, handler);
  }

  private constructor(listener: Listener, server: Server, handler: RecordingHandler) {
    this.#listener = listener;
    this.#server = server;
    this.handler = handler;
  }

  /**
   * Feeds each list of pieces to a connection of its own, all at once, and ends the clients' sides when nothing more happens.
   * `late`: bodies are read and requests answered some turns of the event loop later.
   */
  async read(inputs: readonly (readonly Buffer[])[], { late = false } = {}): Promise<Reading[]> {
    this.handler.late = late;
    this.handler.requests = [];
    this.handler.refusals = [];
    const sockets = inputs.map(() => {
      const number = this.#connections++;
      return new MemorySocket(`10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`);
    });
    for (const socket of sockets) this.#server.emit('connection', socket);
    const rounds = Math.max(...inputs.map(({ length }) => length));
    for (let i = 0; i < rounds; i++) {
      for (const [s, pieces] of inputs.entries()) {
        const piece = pieces[i];
        if (piece !== undefined && piece.length > 0) sockets[s]?.feed(piece);
      }
      await round();
    }
    await this.#quiet(sockets);
    for (const socket of sockets) socket.feedEnd();
    await this.#quiet(sockets);
    const requests = Map.groupBy(this.handler.requests, ({ peer }) => peer);
    const readings = sockets.map((socket) => ({
      requests: requests.get(socket.remoteAddress) ?? [],
      answers: socket.written,
      closed: socket.isOver,
    }));
    for (const socket of sockets) socket.destroy();
    await this.#quiet(sockets);
    return readings;
  }

  async stop(): Promise<void> {
    await this.#listener.drain(0);
  }

  async #quiet(sockets: readonly MemorySocket[]): Promise<void> {
    let before = -1;
    for (let quiet = 0; quiet < QUIET_ROUNDS; ) {
      await round();
      let now = this.handler.activity;
      for (const socket of sockets) now += socket.bytesWritten + (socket.isOver ? 1 : 0) + (socket.destroyed ? 1 : 0);
      quiet = now === before ? quiet + 1 : 0;
      before = now;
    }
  }
}

function round(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
