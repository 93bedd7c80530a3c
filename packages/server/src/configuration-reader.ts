import { Worker } from 'node:worker_threads';
import type { ReadAnswer, ReadConfiguration, ReadRequest } from './configuration-thread.ts';

/** How long the thread is kept after it was last asked: it remembers what it read, so a second change soon after is read faster. */
const IDLE_MS = 5_000;

interface Waiting {
  resolve(read: ReadConfiguration): void;
  reject(error: Error): void;
}

/** Has configuration read in a thread of its own, which it starts when needed and ends when it has been idle. */
export class ConfigurationReader {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #id = 0;

  /** Rejects when the thread fails, which is never the configuration's own fault but for its size. */
  read(request: Omit<ReadRequest, 'id'>): Promise<ReadConfiguration> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    clearTimeout(this.#timer);
    return new Promise((resolve, reject) => {
      const id = ++this.#id;
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id } satisfies ReadRequest);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./configuration-thread.ts', import.meta.url), { name: 'configuration' });
    // An idle one does not keep the process.
    worker.unref();
    worker.on('message', (answer: ReadAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) {
        this.#timer = setTimeout(() => this.stop(), IDLE_MS);
        this.#timer.unref();
      }
      if ('read' in answer) waiting?.resolve(answer.read);
      else waiting?.reject(new Error(answer.failure));
    });
    const lost = (error: Error) => {
      if (this.#worker === worker) this.#worker = null;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    };
    worker.on('error', lost);
    worker.on('exit', (code) => {
      if (this.#worker === worker) lost(new Error(`The thread that reads the configuration ended with code ${code}`));
    });
    return worker;
  }
}
