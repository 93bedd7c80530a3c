import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  Kysely,
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  Transaction,
  UnknownRow,
} from 'kysely';
import type { Notifier } from './database.ts';
import { DatabaseUnavailableError } from './errors.ts';

const ATTEMPTS_MAX = 6;

export const TRANSACTION_TIMEOUT_MS = 30_000;

interface Scope {
  open: boolean;
  notifier: Notifier;
  afterCommit: Set<() => void>;
}

const current = new AsyncLocalStorage<Scope>();
const scopes = new WeakMap<object, Scope>();

export interface RunOptions {
  notifier: Notifier;
  timeoutMs: number;
  /** Whether the same work may succeed when it is done again. */
  isRetryable(error: unknown): boolean;
  /** Whether an error of the commit leaves open if the change was stored. */
  commitLeavesDoubt: boolean;
}

/** Runs `work` in a transaction of `kysely`, again when the database asks for it. */
export async function runTransaction<Schema, T>(
  kysely: Kysely<Schema>,
  work: (tx: Transaction<Schema>) => Promise<T>,
  options: RunOptions,
): Promise<T> {
  refuseNesting();
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(kysely, work, options);
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !options.isRetryable(error)) throw error;
      // Random, so that two that have met do not meet again.
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }
}

/** Throws when called from inside a transaction: SQLite would wait for itself, PostgreSQL would commit them apart. */
export function refuseNesting(): void {
  if (current.getStore()?.open === true) {
    throw new Error('A transaction was begun inside another one: hand the outer one on instead');
  }
}

/** Wakes the listeners of `channel` when `tx` commits: `Notifier.notify` for who has the transaction only. */
export async function notify<Schema>(tx: Transaction<Schema>, channel: string): Promise<void> {
  const scope = scopes.get(tx);
  if (scope === undefined) throw new Error('Not a transaction of database.transaction');
  await scope.notifier.notify(tx, channel);
}

/** Has `hook` called once after `tx` has been committed; the same function given twice is called once. */
export function afterCommit(tx: object, hook: () => void): void {
  const scope = scopes.get(tx);
  if (scope === undefined) throw new Error('Not a transaction of database.transaction');
  if (!scope.open) throw new Error(FINISHED);
  scope.afterCommit.add(hook);
}

async function runOnce<Schema, T>(kysely: Kysely<Schema>, work: (tx: Transaction<Schema>) => Promise<T>, options: RunOptions): Promise<T> {
  const controlled = await kysely.startTransaction().execute();
  const scope: Scope = { open: true, notifier: options.notifier, afterCommit: new Set() };
  const tx = controlled.withPlugin(new OpenOnlyPlugin(scope));
  scopes.set(tx, scope);
  let result: T;
  try {
    result = await inTime(
      current.run(scope, async () => work(tx)),
      options.timeoutMs,
    );
    scope.open = false;
    await commit(controlled, options.commitLeavesDoubt);
  } catch (error) {
    scope.open = false;
    // What is thrown matters, not that a broken connection cannot be rolled back: the server does that by itself.
    await controlled
      .rollback()
      .execute()
      .catch(() => undefined);
    throw error;
  }
  for (const hook of scope.afterCommit) hook();
  return result;
}

async function commit(controlled: { commit(): { execute(): Promise<void> } }, leavesDoubt: boolean): Promise<void> {
  try {
    await controlled.commit().execute();
  } catch (error) {
    if (!leavesDoubt || !(error instanceof DatabaseUnavailableError)) throw error;
    throw new DatabaseUnavailableError(`${error.message}; whether the change was stored is not known`, {
      cause: error,
      outcomeUnknown: true,
    });
  }
}

/** A transaction that waits for something that never comes would stop every later one. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DatabaseUnavailableError(`A transaction took longer than ${timeoutMs} ms and was rolled back`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}

const FINISHED = 'The transaction is finished: nothing more can be done in it';

/** A statement after the end would run on a connection that is somebody else's by then, outside of any transaction. */
class OpenOnlyPlugin implements KyselyPlugin {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (!this.#scope.open) throw new Error(FINISHED);
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}
