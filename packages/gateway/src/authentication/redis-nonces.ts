import { createHash } from 'node:crypto';
import { createClient } from 'redis';
import type { SharedNonces } from './nonces.ts';

export interface RedisNoncesOptions {
  /** `redis://` or `rediss://`, with its password if it has one: never printed. */
  url: string;
  /** Longest wait in a request. */
  timeoutMs: number;
  /** Told when it can no longer be reached, with the reason, and when it can again. */
  changed(reachable: boolean, reason: string): void;
}

const KEY_PREFIX = 'gatehouse:nonce:';
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS_MAX = 1_000;
/** A connection that died without a word is noticed. */
const PING_MS = 5_000;
/** Without an answer in time it is left alone for so long, so that not every request waits for it. */
const REST_MS = 1_000;
/** Requests that wait at a time; more are decided without it. */
const WAITING_MAX = 10_000;

/** Nonces that several nodes share, in Redis or Valkey: `SET key 1 NX PX ttl`. One connection per thread. */
export class RedisNonces implements SharedNonces {
  readonly #client: ReturnType<typeof createNonceClient>;
  readonly #timeoutMs: number;
  readonly #changed: RedisNoncesOptions['changed'];
  #reachable = true;
  /** Until then it is not asked: it let somebody wait for nothing. */
  #restUntilMs = 0;

  constructor(options: RedisNoncesOptions) {
    this.#timeoutMs = options.timeoutMs;
    this.#changed = options.changed;
    this.#client = createNonceClient(options.url);
    this.#client.on('error', (error: unknown) => this.#tell(false, reasonOf(error)));
    this.#client.on('ready', () => this.#tell(true, ''));
    // It tries again by itself, for ever; what goes wrong comes as an 'error'.
    this.#client.connect().catch((error: unknown) => this.#tell(false, reasonOf(error)));
  }

  async claim(key: string, ttlMs: number): Promise<boolean | undefined> {
    if (!this.#client.isReady || performance.now() < this.#restUntilMs) return undefined;
    const name = KEY_PREFIX + createHash('sha256').update(key).digest('base64url');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.#restUntilMs = performance.now() + REST_MS;
        this.#tell(false, `no answer within ${this.#timeoutMs} ms`);
        resolve(undefined);
      }, this.#timeoutMs);
    });
    try {
      const answer = this.#client.set(name, '1', { condition: 'NX', expiration: { type: 'PX', value: Math.ceil(ttlMs) } });
      return await Promise.race([answer.then((reply) => this.#answered(reply), unreachable), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #answered(reply: unknown): boolean {
    this.#tell(true, '');
    return reply === 'OK';
  }

  #tell(reachable: boolean, reason: string): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    this.#changed(reachable, reason);
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }
}

/** Every failure of a command is the same to a request: it could not be asked. The 'error' event tells the reason. */
function unreachable(): undefined {
  return undefined;
}

function createNonceClient(url: string) {
  return createClient({
    url,
    // What cannot be sent now is decided without it now; nothing waits for a connection.
    disableOfflineQueue: true,
    commandsQueueMaxLength: WAITING_MAX,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(retries, 10)),
    },
  });
}

/** The message of an error, which names the address and never the password. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
