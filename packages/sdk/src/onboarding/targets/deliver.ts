import type { OutputFile } from '../entity/create-entities.ts';
import { pause, withTimeout } from '../time.ts';
import { type Target, TargetRefusal, type WriteState } from './target.ts';

export interface DeliverOptions {
  /** Of one file, the first included. */
  attempts: number;
  /** Longest wait for one attempt, in milliseconds. */
  attemptTimeoutMs: number;
  signal: AbortSignal;
  /** Told of every file, and of why an attempt failed. */
  progress?: { onDelivery(delivery: Delivery): void; onFailure(error: unknown): void };
}

/** A file and what became of it. */
export interface Delivery {
  place: string;
  state: WriteState;
}

const PAUSE_MS = 500;
const PAUSE_MS_MAX = 8_000;

/** Writes files one after another, each with as many attempts. Rejects with why the last attempt failed. */
export async function deliver(target: Target, files: readonly OutputFile[], options: DeliverOptions): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const file of files) {
    const delivery = { place: target.placeOf(file), state: await writeWithRetry(target, file, options) };
    options.progress?.onDelivery(delivery);
    deliveries.push(delivery);
  }
  return deliveries;
}

async function writeWithRetry(target: Target, file: OutputFile, options: DeliverOptions): Promise<WriteState> {
  const { attempts, attemptTimeoutMs, signal, progress } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const late = () => new Error(`no answer within ${attemptTimeoutMs / 1000} s`);
      return await withTimeout(attemptTimeoutMs, signal, late, (attemptSignal) => target.write(file, attemptSignal));
    } catch (error) {
      if (!signal.aborted) progress?.onFailure(error);
      if (error instanceof TargetRefusal || attempt >= attempts || signal.aborted) throw error;
      // Half of it is chance: instances of a service start together and would try again together.
      const longest = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (attempt - 1));
      await pause(longest * (0.5 + Math.random() / 2), signal).catch(() => {
        // What went wrong tells more than that time ran out.
        throw error;
      });
    }
  }
}
