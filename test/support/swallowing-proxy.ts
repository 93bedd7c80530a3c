import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy before a port of the loopback. Connections can be made dead: they stay open, and nothing that is sent arrives any more. */
export class SwallowingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Pairs whose bytes are swallowed. */
  readonly #dead = new WeakSet<Socket>();
  #connections = 0;

  static async start(port: number): Promise<SwallowingProxy> {
    const proxy = new SwallowingProxy(port);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  private constructor(port: number) {
    this.#server = createServer((client) => {
      this.#connections++;
      const upstream = connect(port, '127.0.0.1');
      this.#join(client, upstream);
      this.#join(upstream, client);
    });
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** How many connections were made so far. */
  get connections(): number {
    return this.#connections;
  }

  /** From now on nothing arrives on the connections that there are, and neither side is told. New ones are as ever. */
  swallow(): void {
    for (const socket of this.#sockets) this.#dead.add(socket);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      if (!this.#dead.has(from)) to.write(chunk);
    });
    from.on('end', () => {
      if (!this.#dead.has(from)) to.end();
    });
    // An error is followed by 'close', which is all that matters here.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#dead.has(from)) to.destroy();
    });
  }
}
