import type { Dialect } from '../definition/path-templates.ts';

/** One route as a framework keeps it. Nothing of it can be trusted to be what it should be. */
export interface RawRoute {
  /** `ALL`: any method. */
  method: unknown;
  path: unknown;
}

/** What a framework knows of its own interface. */
export type AdapterReading =
  /** An OpenAPI document that the framework or the service made: an object, or a JSON or YAML text. */
  | { kind: 'document'; document: unknown }
  /** What it serves; the routes are read in slices, between requests. `notes`: what could not be found out, for the log. */
  | { kind: 'routes'; routes: Iterable<RawRoute | undefined>; dialect: Dialect; notes?: readonly string[] };

/** How the OpenAPI document of a service is found. */
export interface OnboardAdapter {
  /** As it is called in the log. */
  framework: string;
  /** Resolves when the service is set up, as far as the framework tells. */
  ready?(): Promise<void>;
  /** Called once, after `ready`. */
  read(service: ServiceInfo): AdapterReading | Promise<AdapterReading>;
}

/** What a document that is made now says of the service. */
export interface ServiceInfo {
  title: string;
  version: string;
}

/** An OpenAPI document, or what makes one once the service is set up. */
export type DocumentOption = object | string | (() => unknown);

export interface AdapterOptions {
  /** The OpenAPI document, when the service has one of its own, such as that of swagger-jsdoc. */
  document?: DocumentOption;
}

/** The reading of a document that was handed over; undefined without one. */
export async function readGiven(document: DocumentOption | undefined): Promise<AdapterReading | undefined> {
  if (document === undefined || document === null) return undefined;
  return { kind: 'document', document: typeof document === 'function' ? await document() : document };
}

/** Whether a document that a framework made describes anything: one of no operations is no better than the routes. */
export function describesPaths(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const { paths, webhooks } = document as Record<string, unknown>;
  return [paths, webhooks].some((map) => typeof map === 'object' && map !== null && Object.keys(map).length > 0);
}
