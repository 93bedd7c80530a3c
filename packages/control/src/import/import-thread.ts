import { type MessagePort, parentPort } from 'node:worker_threads';
import { compareRevisions, type RevisionDiff, type RevisionTexts } from './compare-revisions.ts';
import { type DraftToImport, type ImportOutcome, importDraft } from './import-draft.ts';
import { yieldToTraffic } from './yield-to-traffic.ts';

/**
 * Imports drafts and compares revisions in a thread of its own: the main thread answers others meanwhile, what a large definition takes
 * of memory is given back when this thread ends, and one that is hostile enough to exhaust it takes down nothing else.
 */

export type ImportTask = { import: DraftToImport } | { compare: { before: RevisionTexts; after: RevisionTexts } };
export type ImportResult = { outcome: ImportOutcome } | { diff: RevisionDiff };

/** One task at a time: a new one is sent when the answer to the last has come. */
export type ToThread = { task: ImportTask } | { backends: ReadonlyMap<string, string> };
export type FromThread = { resolve: string[] } | { result: ImportResult } | { failure: string };

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  yieldToTraffic();
  let resolved: ((backends: ReadonlyMap<string, string>) => void) | undefined;
  const resolveBackends = (names: string[]) => {
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
    resolved = resolve;
    port.postMessage({ resolve: names } satisfies FromThread);
    return promise;
  };
  const run = async (task: ImportTask): Promise<ImportResult> =>
    'import' in task
      ? { outcome: await importDraft(task.import, resolveBackends) }
      : { diff: compareRevisions(task.compare.before, task.compare.after) };
  port.on('message', (message: ToThread) => {
    if ('backends' in message) {
      resolved?.(message.backends);
      return;
    }
    run(message.task).then(
      (result) => port.postMessage({ result } satisfies FromThread),
      (error: unknown) =>
        port.postMessage({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies FromThread),
    );
  });
}
