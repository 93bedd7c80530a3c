import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { ensureDebianPackage } from '@gatehouse/database/testing';
import { freePort } from './ports.ts';

/** Redis or Valkey of this machine, installed where that may be done. Undefined where there is none, which CI does not allow. */
export function findRedis(): string | undefined {
  const find = () => ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  const why = ensureDebianPackage('redis-server', () => find() !== undefined);
  if (why !== undefined && process.env.CI === 'true')
    throw new Error(`CI needs Redis or Valkey (Debian: apt-get install redis-server); ${why}`);
  return find();
}

export interface RunningRedis {
  url: string;
  stop(): Promise<void>;
}

/** Starts the machine's Redis on a free port, keeping nothing. */
export async function startRedis(program: string): Promise<RunningRedis> {
  const port = await freePort();
  const child: ChildProcess = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** Speaks as much of the protocol as one needs who sets keys that are not set; for machines without Redis. */
export async function startRedisStandIn(): Promise<RunningRedis> {
  const keys = new Set<string>();
  const server = createServer((socket) => {
    let rest = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      rest += data.toString('latin1');
      for (;;) {
        const command = readCommand(rest);
        if (command === undefined) return;
        rest = rest.slice(command.length);
        const [name, key = '', ...options] = command.parts;
        if (name === 'SET') {
          const isNew = options.includes('NX') && options.includes('PX') && !keys.has(key);
          keys.add(key);
          socket.write(isNew ? '+OK\r\n' : '$-1\r\n');
        } else if (name === 'HELLO') socket.write('%1\r\n$5\r\nproto\r\n:3\r\n');
        else socket.write('+OK\r\n');
      }
    });
  });
  return listening(server);
}

/** Accepts connections and never says a word. */
export function startSilentServer(): Promise<RunningRedis> {
  return listening(createServer((socket) => socket.on('error', () => socket.destroy())));
}

async function listening(server: Server): Promise<RunningRedis> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** One command, an array of bulk strings, and the characters that it takes; undefined while it is not complete. */
function readCommand(text: string): { parts: string[]; length: number } | undefined {
  const count = /^\*(\d{1,3})\r\n/.exec(text);
  if (count === null) return undefined;
  const parts: string[] = [];
  let at = count[0].length;
  for (let i = 0; i < Number(count[1]); i++) {
    const size = /^\$(\d{1,6})\r\n/.exec(text.slice(at, at + 16));
    if (size === null) return undefined;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (text.length < end + 2) return undefined;
    parts.push(text.slice(start, end));
    at = end + 2;
  }
  return { parts, length: at };
}
