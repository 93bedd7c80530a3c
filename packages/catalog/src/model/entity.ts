/** A value that JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** The namespace of an entity that names none. */
export const DEFAULT_NAMESPACE = 'default';

export interface EntityLink {
  url: string;
  title?: string;
  icon?: string;
  type?: string;
}

/** `metadata` of an entity. `uid` and `etag` are written by the catalog and never read from a source. */
export interface EntityMetadata {
  name: string;
  /** Absent in what is written by hand; present (`default` or its own) in everything the catalog gives out. */
  namespace?: string;
  title?: string;
  description?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  tags?: string[];
  links?: EntityLink[];
  uid?: string;
  etag?: string;
  [key: string]: unknown;
}

/** A relation as an entity carries it; `targetRef` is a full, lower-cased entity reference. */
export interface EntityRelation {
  type: string;
  targetRef: string;
}

export type StatusLevel = 'info' | 'warning' | 'error';

/** One remark about an entity, `status.items[]`. */
export interface StatusItem {
  /** Who speaks, `backstage.io/catalog-processing` for the catalog itself. */
  type: string;
  level: StatusLevel;
  message: string;
  error?: { name: string; message: string; stack?: string; [key: string]: unknown };
}

export interface EntityStatus {
  items?: StatusItem[];
}

/** A catalog record in Backstage's format (descriptor format, `apiVersion` to `status`). */
export interface Entity {
  apiVersion: string;
  kind: string;
  metadata: EntityMetadata;
  spec?: Record<string, unknown>;
  relations?: EntityRelation[];
  status?: EntityStatus;
}

/** The three parts that name an entity. Case is as written; compare with `stringifyEntityRef`. */
export interface EntityRef {
  kind: string;
  namespace: string;
  name: string;
}

/** Whether a value is a map (not a list, not null): what a YAML or JSON object becomes. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
