import { MessageChannel, Worker } from 'node:worker_threads';
import type { DebugCall, DebugResult, PackedSnapshot, Problem } from '@gatehouse/contract';
import type { MetricsDelta } from '../telemetry/metrics.ts';
import type { FromThread, RoutesPiece, ThreadData, ToThread } from './messages.ts';

export type PrepareOutcome = { outcome: 'prepared' } | { outcome: 'rejected'; problems: Problem[] } | { outcome: 'lost' };

export interface GatewayThreadOptions {
  data: ThreadData;
  /** Waits before it starts: for threads that die again and again. */
  delayMs: number;
  onFailure(failure: Extract<FromThread, { type: 'failure' }>): void;
  onMetrics(delta: MetricsDelta): void;
  onLogFailed(message: string): void;
  onSharedStore(reachable: boolean, reason: string): void;
  onCrash(threadId: number, error: Error): void;
}

/** One thread as the main thread sees it. */
export class GatewayThread {
  readonly #options: GatewayThreadOptions;
  readonly #worker: Promise<Worker>;
  #current: Worker | null = null;
  #threadId = 0;
  #gone = false;
  #live = false;
  #error: Error | null = null;
  #onPrepared: ((outcome: PrepareOutcome) => void) | null = null;
  #onCommitted: ((failure: string | undefined) => void) | null = null;
  #onDrained: (() => void) | null = null;
  readonly #flushes = new Map<number, (delta: MetricsDelta | undefined) => void>();
  #flushId = 0;
  readonly #debugs = new Map<number, { resolve(result: DebugResult): void; reject(error: Error): void }>();
  #debugId = 0;

  constructor(options: GatewayThreadOptions) {
    this.#options = options;
    this.#worker =
      options.delayMs === 0
        ? Promise.resolve(this.#start())
        : new Promise((resolve) => setTimeout(() => resolve(this.#start()), options.delayMs));
  }

  /** It carries traffic. */
  get live(): boolean {
    return this.#live;
  }

  post(message: ToThread): void {
    this.#current?.postMessage(message);
  }

  /**
   * Sends a snapshot to be compiled. Of `live`, the snapshot that the thread has, revisions that are used in the same way are not sent again.
   */
  async prepare(
    snapshot: PackedSnapshot,
    slots: [string, number][],
    live: PackedSnapshot | null,
    timeoutMs: number,
  ): Promise<PrepareOutcome> {
    const worker = await this.#worker;
    if (this.#gone) return { outcome: 'lost' };
    const outcome = new Promise<PrepareOutcome>((resolve) => {
      this.#onPrepared = resolve;
    });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(
      { type: 'prepare', number: snapshot.head.number, snapshot: snapshot.head, slots, routes: port2 } satisfies ToThread,
      [port2],
    );
    const reused = live === null ? NONE : reusedRevisions(snapshot, live);
    snapshot.routes.forEach((texts, index) => {
      if (reused.has(snapshot.head.revisions[index]?.id ?? '')) return;
      for (const text of texts) port1.postMessage([index, text] satisfies RoutesPiece);
    });
    port1.postMessage(null);
    const timer = setTimeout(
      () =>
        this.#settlePrepare({
          outcome: 'rejected',
          problems: [{ severity: 'error', code: 'snapshot.timeout', message: 'A gateway thread did not compile the snapshot in time' }],
        }),
      timeoutMs,
    );
    try {
      return await outcome;
    } finally {
      clearTimeout(timer);
      port1.close();
    }
  }

  /** Makes the prepared snapshot live. Resolves with why that failed, or undefined. */
  commit(number: number): Promise<string | undefined> {
    if (this.#gone) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#onCommitted = resolve;
      this.post({ type: 'commit', number });
    });
  }

  flush(timeoutMs: number): Promise<MetricsDelta | undefined> {
    if (this.#gone || this.#current === null) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const id = ++this.#flushId;
      const timer = setTimeout(() => {
        this.#flushes.delete(id);
        resolve(undefined);
      }, timeoutMs);
      this.#flushes.set(id, (delta) => {
        clearTimeout(timer);
        resolve(delta);
      });
      this.post({ type: 'flush', id });
    });
  }

  /** Sends a request through the thread and tells what happened to it. Rejects when it cannot be sent, or the thread is lost. */
  debug(call: DebugCall): Promise<DebugResult> {
    if (this.#gone || this.#current === null) return Promise.reject(new Error('The gateway thread is gone'));
    return new Promise((resolve, reject) => {
      const id = ++this.#debugId;
      this.#debugs.set(id, { resolve, reject });
      this.post({ type: 'debug', id, call });
    });
  }

  async drain(timeoutMs: number): Promise<void> {
    const worker = await this.#worker;
    if (this.#gone) return;
    const drained = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    this.post({ type: 'drain', timeoutMs });
    const timer = setTimeout(() => this.#onDrained?.(), timeoutMs + DRAIN_GRACE_MS);
    await drained;
    clearTimeout(timer);
    this.#gone = true;
    this.#live = false;
    // Whoever is just putting a snapshot into use would wait for ever: the end of the worker is nobody's crash.
    this.#settlePrepare({ outcome: 'lost' });
    this.#settleCommit(undefined);
    await worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: this.#options.data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      name: `gateway-${this.#options.data.thread}`,
    });
    this.#current = worker;
    this.#threadId = worker.threadId;
    worker.on('message', (message: FromThread) => this.#onMessage(message));
    worker.on('error', (error: Error) => {
      this.#error = error;
    });
    worker.on('exit', (code) => this.#onExit(code));
    return worker;
  }

  #onMessage(message: FromThread): void {
    switch (message.type) {
      case 'prepared':
        this.#settlePrepare({ outcome: 'prepared' });
        break;
      case 'rejected':
        this.#settlePrepare({ outcome: 'rejected', problems: message.problems });
        break;
      case 'committed':
        this.#live = true;
        this.#settleCommit(undefined);
        break;
      case 'listen-failed':
        this.#settleCommit(message.message);
        break;
      case 'metrics': {
        const waiting = this.#flushes.get(message.id);
        this.#flushes.delete(message.id);
        // An answer that comes too late still counts.
        if (waiting === undefined) this.#options.onMetrics(message.delta);
        else waiting(message.delta);
        break;
      }
      case 'debugged': {
        const waiting = this.#debugs.get(message.id);
        this.#debugs.delete(message.id);
        if ('result' in message.answer) waiting?.resolve(message.answer.result);
        else waiting?.reject(new Error(message.answer.failure));
        break;
      }
      case 'failure':
        this.#options.onFailure(message);
        break;
      case 'shared-store':
        this.#options.onSharedStore(message.reachable, message.reason);
        break;
      case 'log-failed':
        this.#options.onLogFailed(message.message);
        break;
      case 'drained':
        this.#onDrained?.();
        break;
    }
  }

  #onExit(code: number): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#live = false;
    this.#current = null;
    this.#settlePrepare({ outcome: 'lost' });
    this.#settleCommit(undefined);
    for (const settle of this.#flushes.values()) settle(undefined);
    this.#flushes.clear();
    for (const { reject } of this.#debugs.values()) reject(new Error('The gateway thread died'));
    this.#debugs.clear();
    this.#onDrained?.();
    this.#options.onCrash(this.#threadId, this.#error ?? new Error(`The thread exited with code ${code}`));
  }

  #settlePrepare(outcome: PrepareOutcome): void {
    this.#onPrepared?.(outcome);
    this.#onPrepared = null;
  }

  #settleCommit(failure: string | undefined): void {
    this.#onCommitted?.(failure);
    this.#onCommitted = null;
  }
}

/**
 * Nearly all that a request allocates is garbage when it ends, so a small young generation costs no more CPU than V8's default of three
 * times the size, and 50 MB less (measured: docs/performance.md).
 */
const YOUNG_GENERATION_MB = 32;

const DRAIN_GRACE_MS = 2_000;

const NONE: ReadonlySet<string> = new Set();

/** Revisions of which every publication is as it was: the threads have them compiled. */
function reusedRevisions(snapshot: PackedSnapshot, live: PackedSnapshot): ReadonlySet<string> {
  const had = new Set(live.head.publications.map((publication) => publication.fingerprint));
  const reused = new Set(snapshot.head.revisions.map((revision) => revision.id));
  for (const { fingerprint, revision } of snapshot.head.publications) if (!had.has(fingerprint)) reused.delete(revision);
  return reused;
}
