import type { Database } from '@gatehouse/database';
import { ANNOTATION_LOCATION, parseLocationRef } from '../model/index.ts';
import type { FileReader } from '../reading/file-reader.ts';
import { CatalogError } from '../rest/catalog-error.ts';
import type { AnalyzedLocation, LocationInput } from '../rest/ports.ts';
import { readLocationByTarget } from '../store/locations.ts';
import type { CatalogTables } from '../store/tables.ts';
import { previewLocation } from './preview-location.ts';
import type { ProcessingContext } from './process-source.ts';

/** What is behind a URL that somebody wants to register: the entities that it has, or else one that could be written for it. */
export async function analyzeLocation(
  location: LocationInput,
  database: Database<CatalogTables>,
  context: ProcessingContext,
  files: FileReader,
): Promise<AnalyzedLocation> {
  try {
    const isRegistered = (await readLocationByTarget(database.read, location.type, location.target)) !== undefined;
    const entities = (await previewLocation(location, context, files)).slice(1);
    const existingEntityFiles = entities.map((entity) => ({
      location: parseLocationRef(entity.metadata.annotations?.[ANNOTATION_LOCATION] ?? ''),
      isRegistered,
      entity,
    }));
    if (existingEntityFiles.length > 0) return { existingEntityFiles, generateEntities: [] };
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    // A catalog file with a mistake is to be put right, not to be written once more.
    if (/\.(?:ya?ml|json)$/i.test(location.target)) throw error;
  }
  const name = nameFrom(location.target);
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: { type: 'other', lifecycle: 'unknown' },
  };
  return { existingEntityFiles: [], generateEntities: [{ entity, fields: [] }] };
}

/** The last part of a path, as a name may be. */
function nameFrom(target: string): string {
  const last =
    target
      .split(/[?#]/, 1)[0]
      ?.split('/')
      .findLast((part) => part !== '') ?? '';
  const name = last
    .replace(/\.git$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  return name === '' ? 'unnamed' : name;
}
