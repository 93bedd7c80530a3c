import { ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION } from '../model/annotations.ts';
import { type Entity, isMap, type LocationRef, parseLocationRef, stringifyEntityRef } from '../model/index.ts';
import type { ContentReader } from '../reading/content.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { ReadingError } from '../reading/reading-error.ts';
import type { SourceItem } from './mutation.ts';

export interface LocationChildren {
  items: SourceItem[];
  /** What is wrong with the targets themselves. */
  problems: string[];
  /** A pattern could not be searched: nobody knows what it would have found. */
  isIncomplete: boolean;
}

/** Targets that one Location may name. */
const TARGETS_MAX = 10_000;

/** What a Location entity leads to: its targets, relative to the document it stands in, patterns for files included. */
export async function childrenOf(entity: Entity, reader: ContentReader, files: FileReader): Promise<LocationChildren> {
  const children: LocationChildren = { items: [], problems: [], isIncomplete: false };
  const annotations = entity.metadata.annotations ?? {};
  const base = parseLocationRef(annotations[ANNOTATION_LOCATION] ?? '');
  const origin = parseLocationRef(annotations[ANNOTATION_ORIGIN_LOCATION] ?? '');
  const spec = isMap(entity.spec) ? entity.spec : {};
  const type = typeof spec.type === 'string' ? spec.type : base.type;
  const targets = [spec.target, ...(Array.isArray(spec.targets) ? spec.targets : [])].filter((target) => typeof target === 'string');
  if (targets.length > TARGETS_MAX) children.problems.push(`more than ${TARGETS_MAX} targets; the rest is not read`);
  const common = { origin, parents: [stringifyEntityRef(entity)], isOptional: spec.presence === 'optional' };
  for (const target of new Set(targets.slice(0, TARGETS_MAX))) {
    try {
      for (const found of await locate(target, type, base, reader, files)) children.items.push({ ...found, ...common });
    } catch (error) {
      if (!(error instanceof ReadingError) && !(error instanceof TypeError)) throw error;
      children.problems.push(`${type === 'file' ? target : withoutQuery(target)}: ${error.message}`);
      children.isIncomplete = true;
    }
  }
  return children;
}

async function locate(
  target: string,
  type: string,
  base: LocationRef,
  reader: ContentReader,
  files: FileReader,
): Promise<Pick<SourceItem, 'location' | 'version'>[]> {
  const location = reader.resolve(target, base);
  // A document that came over the network must not make this machine read its own files.
  if (location.type !== type && type === 'file') {
    throw new ReadingError('not-allowed', `a Location that comes from a ${base.type} cannot name files`);
  }
  if (location.type !== 'file') return [{ location }];
  const isPattern = /[*?[\]{}]/.test(location.target);
  const found = await files.list(location.target, '/').catch((error: unknown) => {
    // Named outright: that it is not there is said when it is read.
    if (error instanceof ReadingError && !isPattern) return [{ path: location.target, etag: undefined }];
    throw error;
  });
  return found.map(({ path, etag }) => ({ location: { type: 'file', target: path }, ...(etag === undefined ? {} : { version: etag }) }));
}

/** Credentials stand there, also of what is relative. */
function withoutQuery(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '';
}
