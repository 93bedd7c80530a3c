import { UnreadableError } from './parse-text.ts';
import { type ReadDefinition, readDefinition } from './read-definition.ts';

/** What the worker answers to a text. */
export type WorkerAnswer = { read: ReadDefinition } | { unreadable: string };

self.addEventListener('message', async ({ data }: MessageEvent<string>) => self.postMessage(await answer(data)));

async function answer(text: string): Promise<WorkerAnswer> {
  try {
    return { read: await readDefinition(text) };
  } catch (error) {
    if (error instanceof UnreadableError) return { unreadable: error.message };
    return { unreadable: `Reading it failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
