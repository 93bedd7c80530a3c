import type { IncomingHttpHeaders } from 'node:http';
import type { Entity } from '../model/index.ts';

/** A registered location as clients see it. `entityRef` is that of its Location entity. */
export interface LocationView {
  id: string;
  type: string;
  target: string;
  entityRef: string;
}

export interface LocationInput {
  type: string;
  target: string;
}

/** Who may do what. Refusing and not knowing the caller are told apart: 403 and 401. `forged`: another site may have made a browser send it. */
export interface CatalogAccess {
  authorize(request: { headers: IncomingHttpHeaders; method: string; path: string; action: 'read' | 'write' }): Promise<AccessVerdict>;
}

export type AccessVerdict = 'allowed' | 'forbidden' | 'forged' | 'unauthenticated';

/** A problem as Backstage serializes errors. */
export interface SerializedProblem {
  name: string;
  message: string;
}

/** What processing does for the interface. Expected refusals are thrown as `CatalogError`. */
export interface CatalogProcessing {
  /** What registering the location would bring, without storing anything. Throws `InputError` when it cannot be read or is wrong. */
  previewLocation(location: LocationInput): Promise<Entity[]>;
  /** The registered locations have changed; what is new is read soon. The rows are in `catalog_locations`. */
  locationsChanged(): Promise<void>;
  /** Reads again what the entity comes from. Throws `NotFoundError`. */
  refreshEntity(entityRef: string): Promise<void>;
  /** Removes an entity until its source brings it again. */
  removeEntity(entityRef: string): Promise<void>;
  /** All that is wrong with an entity that would be read at the location; empty: nothing. */
  validateEntity(entity: unknown, location: LocationInput): Promise<SerializedProblem[]>;
  /** What the location has: entities that exist already, and what could be generated. */
  analyzeLocation(request: { location: LocationInput; catalogFilename?: string | undefined }): Promise<AnalyzedLocation>;
}

export interface AnalyzedLocation {
  existingEntityFiles: { location: LocationInput; isRegistered: boolean; entity: Entity }[];
  generateEntities: { entity: Partial<Entity>; fields: unknown[] }[];
}

/** Where failures are reported; pino fits. */
export interface RestLog {
  error(fields: object, message: string): void;
}
