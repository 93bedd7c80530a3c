import { createServer, type Server, type Socket } from 'node:net';
import { answer, head } from './origin-script.ts';

const PIECE = Buffer.alloc(65_536, 'x');

/** A backend that answers `/short` shortly, every other GET without end, and does not read the body of a POST. */
export class EndlessOrigin {
  /** Bytes that left for the gateway, and requests that are answered with them. */
  sent = 0;
  streams = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  static async start(): Promise<EndlessOrigin> {
    const origin = new EndlessOrigin();
    await new Promise<void>((resolve, reject) => {
      origin.#server.once('error', reject);
      origin.#server.listen(0, '127.0.0.1', resolve);
    });
    return origin;
  }

  constructor() {
    this.#server = createServer((socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes: Buffer) => this.#serve(socket, bytes.toString('latin1', 0, 16)));
    });
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The origin does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, begin: string): void {
    if (begin.startsWith('GET /short')) {
      socket.write(answer('200 OK', [], 'short'));
    } else if (begin.startsWith('GET ')) {
      this.streams++;
      socket.write(head('HTTP/1.1 200 OK', `Content-Length: ${2 ** 40}`));
      this.#stream(socket);
    } else {
      socket.pause();
    }
  }

  #stream(socket: Socket): void {
    socket.write(PIECE, (error) => {
      if (error || !socket.writable) return;
      this.sent += PIECE.length;
      this.#stream(socket);
    });
  }
}
