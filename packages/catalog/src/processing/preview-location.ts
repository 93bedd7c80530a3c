import { type Entity, type LocationRef, stringifyEntityRef } from '../model/index.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { CatalogError } from '../rest/catalog-error.ts';
import { rootItem } from './generated-location.ts';
import { childrenOf } from './location-children.ts';
import { type SourceItem, sourceIdOf } from './mutation.ts';
import { type ProcessingContext, processSource } from './process-source.ts';

/** Somebody waits for the answer, and looks at it. */
const SOURCES_MAX = 100;

/** What a location would give if it were registered, its Location entity first. Throws a CatalogError with the first thing that is wrong. */
export async function previewLocation(location: LocationRef, context: ProcessingContext, files: FileReader): Promise<Entity[]> {
  const entities = new Map<string, Entity>();
  const queue: SourceItem[] = [rootItem(location)];
  const seen = new Set<string>();
  for (let item = queue.shift(); item !== undefined && seen.size < SOURCES_MAX; item = queue.shift()) {
    const id = sourceIdOf(item);
    if (seen.has(id)) continue;
    seen.add(id);
    const processed = await processSource(item, undefined, true, context);
    if (processed.outcome === 'failed') {
      if (processed.isMissing && item.isOptional === true) continue;
      throw new CatalogError('InputError', processed.message);
    }
    if (processed.outcome !== 'processed') continue;
    const [problem] = processed.documents.flatMap(({ problems = [] }) => problems);
    if (problem !== undefined) {
      const where = problem.line === undefined ? '' : ` (line ${problem.line} of ${item.location.target})`;
      throw new CatalogError('InputError', `${problem.message}${where}`);
    }
    for (const { entity } of processed.writes) {
      entities.set(stringifyEntityRef(entity), entity);
      if (entity.kind.toLowerCase() !== 'location') continue;
      const children = await childrenOf(entity, context.reader, files);
      const [wrong] = children.problems;
      if (wrong !== undefined) throw new CatalogError('InputError', wrong);
      queue.push(...children.items);
    }
  }
  return [...entities.values()];
}
