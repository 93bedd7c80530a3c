import { type MessagePort, parentPort } from 'node:worker_threads';
import { type CheckedDefinition, checkDefinition, type DefinitionToCheck } from './check-definition.ts';
import { compareRevisions, type RevisionDiff, type RevisionTexts } from './compare-revisions.ts';
import { type DraftToImport, type ImportOutcome, importDraft, type ResolvedBackend } from './import-draft.ts';
import { yieldToTraffic } from './yield-to-traffic.ts';

/**
 * Imports drafts, looks at definitions and compares revisions in a thread of its own: the main thread answers others meanwhile, what a large definition takes
 * of memory is given back when this thread ends, and one that is hostile enough to exhaust it takes down nothing else.
 */

export type ImportTask =
  | { import: DraftToImport }
  | { compare: { before: RevisionTexts; after: RevisionTexts } }
  | { check: DefinitionToCheck };
export type ImportResult = { outcome: ImportOutcome } | { diff: RevisionDiff } | { checked: CheckedDefinition };

/** One task at a time: a new one is sent when the answer to the last has come. */
export type ToThread = { task: ImportTask } | { backends: ReadonlyMap<string, ResolvedBackend> };
export type FromThread = { resolve: string[] } | { result: ImportResult } | { failure: string };

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  yieldToTraffic();
  let resolved: ((backends: ReadonlyMap<string, ResolvedBackend>) => void) | undefined;
  const resolveBackends = (names: string[]) => {
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, ResolvedBackend>>();
    resolved = resolve;
    port.postMessage({ resolve: names } satisfies FromThread);
    return promise;
  };
  const run = async (task: ImportTask): Promise<ImportResult> => {
    if ('import' in task) return { outcome: await importDraft(task.import, resolveBackends) };
    if ('check' in task) return { checked: await checkDefinition(task.check, resolveBackends) };
    return { diff: compareRevisions(task.compare.before, task.compare.after) };
  };
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
