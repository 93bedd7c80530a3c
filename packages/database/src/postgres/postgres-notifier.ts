import { setTimeout as delay } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import { checkChannel } from '../channel.ts';
import type { DatabaseLog, Notifier } from '../database.ts';
import { openSession, type Session } from './session.ts';

const RETRY_MIN_MS = 200;
const RETRY_MAX_MS = 5_000;

/** LISTEN and NOTIFY, on one connection that is made anew for as long as someone listens. */
export class PostgresNotifier implements Notifier {
  readonly #url: string;
  readonly #location: string;
  readonly #log: DatabaseLog | undefined;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();
  #session: Session | undefined;
  #running: Promise<void> | undefined;

  constructor(url: string, location: string, log: DatabaseLog | undefined) {
    this.#url = url;
    this.#location = location;
    this.#log = log;
  }

  async notify<Schema>(tx: Transaction<Schema>, channel: string): Promise<void> {
    checkChannel(channel);
    // Delivered by the server at commit, and once for each channel however often it is called in one transaction.
    await sql`select pg_notify(${channel}, '')`.execute(tx);
  }

  listen(channel: string, wake: () => void): () => void {
    checkChannel(channel);
    if (this.#closing.signal.aborted) throw new Error('The database is closed');
    // Wrapped, so that the same function may listen twice.
    const listener = () => wake();
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    if (this.#session !== undefined) this.#subscribe(this.#session, channel, [listener]);
    this.#running ??= this.#run();
    return () => listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#listeners.clear();
    this.#session?.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let waitMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        const session = await openSession(this.#url, this.#location);
        if (signal.aborted) return session.end();
        waitMs = RETRY_MIN_MS;
        this.#session = session;
        session.client.on('notification', ({ channel }) => this.#wake(channel));
        for (const [channel, listeners] of this.#listeners) this.#subscribe(session, channel, listeners);
        await session.lost;
        this.#session = undefined;
        if (!signal.aborted) this.#log?.warn({ database: this.#location }, 'The connection for notifications was lost');
      } catch (error) {
        this.#log?.warn({ database: this.#location, err: error }, 'No connection for notifications');
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, RETRY_MAX_MS);
    }
  }

  /** Wakes `listeners` once LISTEN is in force: what was notified before that moment would be missed otherwise. */
  #subscribe(session: Session, channel: string, listeners: Iterable<() => void>): void {
    const waiting = [...listeners];
    session.client.query(`listen "${channel}"`).then(
      () => {
        for (const listener of waiting) this.#call(channel, listener);
      },
      () => session.end(),
    );
  }

  #wake(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) this.#call(channel, listener);
  }

  /** One listener that throws must not keep the others asleep: it fails on its own, as an uncaught error. */
  #call(channel: string, listener: () => void): void {
    setImmediate(() => {
      if (this.#listeners.get(channel)?.has(listener) === true) listener();
    });
  }
}
