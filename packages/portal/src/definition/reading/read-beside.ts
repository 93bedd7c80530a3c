import type { WorkerAnswer } from './definition-worker.ts';
import { UnreadableError } from './parse-text.ts';
import { type ReadDefinition, readDefinition } from './read-definition.ts';

/** Shorter texts are read before a worker would have started. */
const IN_PAGE_MAX = 200_000;
/** A text that takes longer is made to take long. */
const TIMEOUT_MS = 30_000;

/** Reads a definition, a large one beside the page, which goes on meanwhile. Rejects with `UnreadableError`, or when `signal` aborts. */
export async function readBeside(text: string, signal: AbortSignal): Promise<ReadDefinition> {
  if (text.length <= IN_PAGE_MAX) return readDefinition(text);
  const worker = new Worker(new URL('./definition-worker.ts', import.meta.url), { type: 'module' });
  const { promise, resolve, reject } = Promise.withResolvers<ReadDefinition>();
  const timer = setTimeout(() => reject(new UnreadableError(`It could not be read within ${TIMEOUT_MS / 1_000} seconds.`)), TIMEOUT_MS);
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => {
    if ('read' in data) resolve(data.read);
    else reject(new UnreadableError(data.unreadable));
  });
  worker.addEventListener('error', ({ message }) => reject(new UnreadableError(message || 'Reading it failed.')));
  try {
    worker.postMessage(text);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    worker.terminate();
  }
}
