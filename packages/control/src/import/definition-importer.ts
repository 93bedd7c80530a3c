import { Worker } from 'node:worker_threads';
import type { Problem } from '@gatehouse/contract';
import type { CheckedDefinition, DefinitionToCheck } from './check-definition.ts';
import type { RevisionDiff, RevisionTexts } from './compare-revisions.ts';
import { DEFINITION_PATH } from './definition-source.ts';
import type { DraftToImport, ImportOutcome, ResolveBackends } from './import-draft.ts';
import { ImportQueue, type QueueLimits } from './import-queue.ts';
import type { FromThread, ImportResult, ImportTask, ToThread } from './import-thread.ts';

/** How long the thread is kept after its last task: loading it takes longer than most imports. */
const IDLE_MS = 30_000;

/** A definition of 10,000 operations takes a few seconds on a busy core; one that takes longer than this was made for it. */
const TASK_MS = 60_000;

const HEAP_MIB_MAX = 1024;

/**
 * Somebody waits for what was published, which is live by then; a comparison has a bound of its own too, which ends it within seconds on
 * an idle core.
 */
const COMPARE_MS = 20_000;

export interface DefinitionImporterOptions {
  /** How long one task may take. */
  taskMs?: number;
  /** How long one comparison may take. */
  compareMs?: number;
  /** What may wait. */
  limits?: Partial<QueueLimits>;
}

interface Waiting {
  task: ImportTask;
  timeoutMs: number;
  resolveBackends: ResolveBackends;
  resolve(result: ImportResult): void;
  reject(error: Error): void;
}

/** What a definition asks for is more than the thread may take: of memory, or of time. */
class ThreadExhausted extends Error {}

/**
 * Imports drafts, looks at definitions and compares revisions in a thread of its own, which it starts when needed and ends when it has been idle. One task at
 * a time, so that a definition that exhausts the thread fails alone. `caller` is `Caller.subject`, where there is one: nobody fills the
 * queue alone. Each rejects with `Refusal` (`request.limited`) when too much waits.
 */
export class DefinitionImporter {
  #worker: Worker | null = null;
  readonly #queue: ImportQueue<Waiting>;
  #current: Waiting | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  #taskTimer: NodeJS.Timeout | undefined;
  #isStopped = false;
  readonly #taskMs: number;
  readonly #compareMs: number;

  constructor({ taskMs = TASK_MS, compareMs = COMPARE_MS, limits = {} }: DefinitionImporterOptions = {}) {
    this.#taskMs = taskMs;
    this.#compareMs = compareMs;
    this.#queue = new ImportQueue(limits);
  }

  /** Rejects when the thread or `resolveBackends` fails, which is never the draft's own fault. */
  async import(draft: DraftToImport, resolveBackends: ResolveBackends, caller?: string): Promise<ImportOutcome> {
    try {
      const result = await this.#run({ import: draft }, { resolveBackends, caller });
      if ('outcome' in result) return result.outcome;
    } catch (error) {
      if (!(error instanceof ThreadExhausted)) throw error;
      const message = `The definition cannot be read: ${error.message}`;
      return { imported: undefined, problems: [{ severity: 'error', code: 'definition.too-large', message, path: DEFINITION_PATH }] };
    }
    throw new Error('The importing thread answered something else than it was asked');
  }

  /** What is in a document and what is wrong with it. Rejects as `import` does. */
  async check(definition: DefinitionToCheck, resolveBackends: ResolveBackends, caller?: string): Promise<CheckedDefinition> {
    try {
      const result = await this.#run({ check: definition }, { resolveBackends, caller });
      if ('checked' in result) return result.checked;
    } catch (error) {
      if (!(error instanceof ThreadExhausted)) throw error;
      const message = `The definition cannot be read: ${error.message}`;
      const problems: Problem[] = [{ severity: 'error', code: 'definition.too-large', message, path: [] }];
      return { definition: null, title: null, version: null, operations: [], problems, wanted: [] };
    }
    throw new Error('The importing thread answered something else than it was asked');
  }

  /** What one revision changed against another. Never on the main thread: what it takes does not follow from how long the texts are. */
  async compare(before: RevisionTexts, after: RevisionTexts, caller?: string): Promise<RevisionDiff> {
    try {
      const result = await this.#run({ compare: { before, after } }, { caller, timeoutMs: this.#compareMs });
      if ('diff' in result) return result.diff;
    } catch (error) {
      if (!(error instanceof ThreadExhausted)) throw error;
      return notCompared(error.message);
    }
    throw new Error('The importing thread answered something else than it was asked');
  }

  /** What is not done yet is rejected. */
  stop(): void {
    this.#isStopped = true;
    this.#end(new Error('The control plane stops'));
    for (const waiting of this.#queue.drain()) waiting.reject(new Error('The control plane stops'));
  }

  #run(
    task: ImportTask,
    {
      resolveBackends = async () => new Map(),
      timeoutMs = this.#taskMs,
      caller,
    }: { resolveBackends?: ResolveBackends; timeoutMs?: number; caller: string | undefined },
  ): Promise<ImportResult> {
    if (this.#isStopped) return Promise.reject(new Error('The control plane stops'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, timeoutMs, resolveBackends, resolve, reject }, task, caller);
      this.#next();
    });
  }

  #next(): void {
    if (this.#current !== null) return;
    clearTimeout(this.#idleTimer);
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift()) if (this.#begin(waiting)) return;
    this.#idleTimer = setTimeout(() => this.#end(new Error('idle')), IDLE_MS);
    this.#idleTimer.unref();
  }

  /** False: it was rejected already, and the next one may begin. */
  #begin(waiting: Waiting): boolean {
    try {
      this.#worker ??= this.#start();
      // Throws for what cannot be copied, such as objects nested some thousands deep. Nobody would catch it: `#next` is called by events.
      this.#worker.postMessage({ task: waiting.task } satisfies ToThread);
    } catch (error) {
      waiting.reject(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    this.#current = waiting;
    const { timeoutMs } = waiting;
    this.#taskTimer = setTimeout(() => this.#end(new ThreadExhausted(`it takes longer than ${timeoutMs / 1000} seconds`)), timeoutMs);
    this.#taskTimer.unref();
    return true;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./import-thread.ts', import.meta.url), {
      name: 'import',
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    // An idle one does not keep the process.
    worker.unref();
    worker.on('message', (message: FromThread) => {
      if (this.#worker === worker) this.#take(worker, message);
    });
    worker.on('error', (error: Error) => {
      if (this.#worker !== worker) return;
      const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#end(isMemory ? new ThreadExhausted(`it takes more than ${HEAP_MIB_MAX} MiB of memory`) : error);
    });
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#end(new Error(`The importing thread ended with code ${code}`));
    });
    return worker;
  }

  #take(worker: Worker, message: FromThread): void {
    const current = this.#current;
    if (current === null) return;
    if ('resolve' in message) {
      current.resolveBackends(message.resolve).then(
        (backends) => {
          if (this.#current === current) worker.postMessage({ backends } satisfies ToThread);
        },
        // The thread waits for an answer that will not come.
        (error: unknown) => {
          if (this.#current === current) this.#end(error instanceof Error ? error : new Error(String(error)));
        },
      );
      return;
    }
    this.#finish();
    if ('result' in message) current.resolve(message.result);
    else current.reject(new Error(message.failure));
    this.#next();
  }

  #finish(): void {
    clearTimeout(this.#taskTimer);
    this.#current = null;
  }

  /** Ends the thread, with it the task that it is at; what else waits goes on in a new one. */
  #end(error: Error): void {
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    const current = this.#current;
    this.#worker = null;
    this.#finish();
    void worker?.terminate();
    current?.reject(error);
    if (!this.#isStopped && this.#queue.length > 0) this.#next();
  }
}

/** The outcome of a comparison that was given up: nobody is told that a change breaks nobody. */
export function notCompared(reason: string): RevisionDiff {
  const message = `The definitions were not compared: ${reason}`;
  return { breaking: true, changes: [{ rule: 'comparison-incomplete', breaking: true, location: 'definition', message }] };
}
