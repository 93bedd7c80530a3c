import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { DatabaseUnavailableError, property } from '../errors.ts';
import { toParameter } from '../to-parameter.ts';
import { fromConnectError, fromPostgresError, isState } from './postgres-faults.ts';

/** A pool of connections whose errors are classified, and that gives up a connection that does not answer. */
export class GuardedPool implements PostgresPool {
  readonly options = {};
  readonly #pool: Pool;
  readonly #location: string;
  readonly #answerTimeoutMs: number;
  // Kysely keeps what it knows of a connection by its object: one for each connection, for as long as that lives.
  readonly #clients = new WeakMap<PoolClient, GuardedClient>();

  constructor(pool: Pool, location: string, answerTimeoutMs: number) {
    this.#pool = pool;
    this.#location = location;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  async connect(): Promise<PostgresPoolClient> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw fromConnectError(error, this.#location);
    }
    let guarded = this.#clients.get(client);
    if (guarded === undefined) {
      guarded = new GuardedClient(client, this.#location, this.#answerTimeoutMs);
      this.#clients.set(client, guarded);
    }
    return guarded;
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}

class GuardedClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #location: string;
  readonly #answerTimeoutMs: number;
  #broken: unknown;

  constructor(client: PoolClient, location: string, answerTimeoutMs: number) {
    this.#client = client;
    this.#location = location;
    this.#answerTimeoutMs = answerTimeoutMs;
    // The pool listens only while the connection is idle; an error that nobody listens for would end the process.
    client.on('error', (error) => {
      this.#broken ??= error;
    });
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(text: string | PostgresCursor<R>, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new Error('Cursors are not used here');
    return this.#query(text, parameters);
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy === true || this.#broken !== undefined);
  }

  async #query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (this.#broken !== undefined) throw this.#lost(this.#broken);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // The server's own timeout has not helped: it is frozen, or the network is. The connection is of no use any more.
      const error = new DatabaseUnavailableError(`PostgreSQL at ${this.#location} has not answered for ${this.#answerTimeoutMs} ms`);
      this.#broken = error;
      reject(error);
    }, this.#answerTimeoutMs);
    try {
      const answer = await Promise.race([this.#client.query(text, parameters.map(toParameter)), late]);
      return answer as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) throw error;
      const code = property(error, 'code');
      if (typeof code === 'string' && isState(code)) throw fromPostgresError(error, this.#location);
      // No answer of the server, so the connection broke, unless the parameters could not be sent.
      if (error instanceof TypeError) throw error;
      this.#broken ??= error;
      throw this.#lost(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(cause: unknown): DatabaseUnavailableError {
    return new DatabaseUnavailableError(`The connection to PostgreSQL at ${this.#location} was lost`, { cause });
  }
}
