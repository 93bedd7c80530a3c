import { createHash } from 'node:crypto';
import type { Problem } from '@gatehouse/contract';
import { isMap, stringifyEntityRef } from '../model/index.ts';
import { parseEntityDocuments } from '../parsing/parse-entity-documents.ts';
import { splitDocuments } from '../parsing/split-documents.ts';
import type { ContentReader, KnownVersion } from '../reading/content.ts';
import { ReadingError } from '../reading/reading-error.ts';
import type { SourceRecord } from '../store/catalog-store.ts';
import type { CatalogRules } from './catalog-rules.ts';
import { locationKeyOf, type SourceItem } from './mutation.ts';
import { processDocument } from './process-document.ts';
import type { ProcessedSource, SourceOutcome } from './processed-source.ts';
import type { ProcessingProblem } from './processing-problem.ts';
import { shownTarget } from './shown-location.ts';
import type { Slices } from './slices.ts';
import { SourceGatherer, type StorePart } from './source-gatherer.ts';

export interface ProcessingContext {
  reader: ContentReader;
  rules: CatalogRules;
  slices: Slices;
  signal: AbortSignal;
  /** Bytes of one source. */
  bytesMax: number;
  /** Takes part of a large source, so that not all of it is in memory at a time. Absent: it comes whole. */
  storePart?: StorePart;
}

/** Raised when what the catalog makes of the same document changes: everything is then processed once more. */
const PROCESSING_VERSION = 2;
/** With more of them it is no catalog file, and finding the place of every mistake takes time. */
const BROKEN_MAX = 10_000;

/** What a stored version says: the source's own, and under which rules it was processed. */
export function versionOf(state: string, item: SourceItem, rules: CatalogRules): string {
  const { origin = item.location } = item;
  const conditions = JSON.stringify([PROCESSING_VERSION, rules.fingerprint, origin, locationKeyOf(item), item.isTrusted === true]);
  return `${state}|${createHash('sha256').update(conditions).digest('base64url').slice(0, 10)}`;
}

/** What the source said of itself when it was read, as a condition for reading it again; undefined when the rules have changed since. */
function knownVersion(stored: SourceRecord | undefined, item: SourceItem, rules: CatalogRules): KnownVersion | undefined {
  const version = stored?.version;
  if (version === undefined) return undefined;
  const state = version.slice(0, version.lastIndexOf('|'));
  if (versionOf(state, item, rules) !== version) return undefined;
  if (state.startsWith(LAST_MODIFIED)) return { lastModified: state.slice(LAST_MODIFIED.length) };
  return state === '' ? {} : { etag: state };
}

const LAST_MODIFIED = 'last-modified ';

/** Reads a source unless it is unchanged, and makes entities of its documents. Throws only when it was aborted. */
export async function processSource(
  item: SourceItem,
  stored: SourceRecord | undefined,
  isForced: boolean,
  context: ProcessingContext,
): Promise<SourceOutcome> {
  const { reader, rules, signal, bytesMax } = context;
  const known = isForced ? undefined : knownVersion(stored, item, rules);
  try {
    if (item.load !== undefined) return await processContent(item, await item.load(), item.version, undefined, context);
    const content = await reader.read(item.location, { ...(known === undefined ? {} : { known }), signal, bytesMax });
    if (content.notModified) return { outcome: 'unchanged', item };
    if (known !== undefined && stored?.contentHash === content.hash && item.version === undefined) return { outcome: 'unchanged', item };
    // The listing's word, not the answer's: what was read after it has changed again shall look changed in the next listing.
    const state = item.version ?? content.etag ?? (content.lastModified === undefined ? '' : `${LAST_MODIFIED}${content.lastModified}`);
    return await processContent(item, { text: content.text }, state, content.hash, context);
  } catch (error) {
    signal.throwIfAborted();
    // Also what nobody foresaw: one source never stops the others.
    const message = error instanceof ReadingError ? error.message : `the source could not be processed (${error})`;
    return { outcome: 'failed', item, message, isMissing: error instanceof ReadingError && error.code === 'not-found' };
  }
}

async function processContent(
  item: SourceItem,
  content: Awaited<ReturnType<NonNullable<SourceItem['load']>>>,
  state: string | undefined,
  contentHash: string | undefined,
  context: ProcessingContext,
): Promise<ProcessedSource> {
  const gathered = new SourceGatherer(item, context.storePart);
  if ('entities' in content) {
    for (const value of content.entities) {
      await context.slices.pause();
      if (isMap(value)) await gathered.add(0, await processDocument(value, undefined, { ...context, item }));
      else gathered.addBroken(undefined, [{ name: 'InputError', message: 'Expected an object' }], false);
    }
  } else await processText(content.text, gathered, context);
  return gathered.finish(state === undefined ? undefined : versionOf(state, item, context.rules), contentHash);
}

async function processText(text: string, gathered: SourceGatherer, context: ProcessingContext): Promise<void> {
  const { item } = gathered;
  const file = shownTarget(item.location.type, item.location.target);
  for (const { text: written, line } of splitDocuments(text)) {
    await context.slices.pause();
    context.signal.throwIfAborted();
    const { documents, broken } = parseEntityDocuments(written, { file, bytesMax: context.bytesMax });
    for (const document of documents) {
      if (item.skipsForeign === true && isForeign(document.value)) continue;
      const placeOf = (path: readonly (string | number)[]) => {
        const place = document.placeOf(path);
        return { ...place, line: place.line + line - 1 };
      };
      await gathered.add(written.length, await processDocument(document.value, placeOf, { ...context, item }));
    }
    for (const { problems, guess } of broken) {
      const ref =
        guess === undefined
          ? undefined
          : stringifyEntityRef({
              kind: guess.kind,
              name: guess.name,
              ...(guess.namespace === undefined ? {} : { namespace: guess.namespace }),
            });
      gathered.addBroken(
        ref,
        problems.map((problem) => toProblem(problem, line)),
        false,
      );
    }
    if (gathered.problems > BROKEN_MAX) {
      const message = `more than ${BROKEN_MAX} documents are wrong; the rest is not read`;
      gathered.addBroken(undefined, [{ name: 'InputError', message }], false);
      return;
    }
  }
}

/** An OpenAPI document, a lock file: nothing in it says that it means to be an entity. */
function isForeign(value: Record<string, unknown>): boolean {
  return !Object.hasOwn(value, 'apiVersion') || !Object.hasOwn(value, 'kind') || !Object.hasOwn(value, 'metadata');
}

function toProblem({ message, place }: Problem, line: number): ProcessingProblem {
  return { name: 'InputError', message, place: place === undefined ? undefined : { ...place, line: place.line + line - 1 } };
}
