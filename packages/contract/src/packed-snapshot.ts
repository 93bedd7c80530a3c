import { createHash } from 'node:crypto';
import type { ApiRevisionSnapshot, BackendDefinition, HealthCheckDefinition, Snapshot } from './snapshot.ts';

/** A target that a snapshot uses: what a gateway keeps a state for, and may ask for its health. */
export interface PackedTarget {
  /** Stable across snapshots: backend id, environment and URL. */
  id: string;
  /** Name of the backend. */
  backend: string;
  environment: string;
  url: string;
  /** Value of the Host field, where it is not that of the URL. */
  host?: string;
  healthCheck?: HealthCheckDefinition;
  protocol?: BackendDefinition['protocol'];
  tls?: BackendDefinition['tls'];
}

/**
 * A snapshot that has been compiled once, and so is known to be good, in the form in which it travels: routes as JSON texts of a few
 * routes each, which take little memory and are read in short steps.
 */
export interface PackedSnapshot {
  head: Omit<Snapshot, 'revisions'> & { revisions: Omit<ApiRevisionSnapshot, 'routes'>[] };
  /** For each revision, its routes in order; each text is a `RouteSnapshot[]`. */
  routes: string[][];
  routeCount: number;
  targets: PackedTarget[];
}

/**
 * SHA-256 (hex) over everything in a snapshot: who has been sent its parts one by one knows by it that they fit together. The arrays of
 * `routes` must not be changed afterwards: their digests are remembered, so that of the next snapshot only what is new is read.
 */
export function digestOfPacked({ head, routes, routeCount, targets }: PackedSnapshot): string {
  const hash = createHash('sha256').update(JSON.stringify([head, routeCount, targets]));
  for (const texts of routes) hash.update(digestOfRoutes(texts));
  return hash.digest('hex');
}

const routesDigests = new WeakMap<readonly string[], Buffer>();

function digestOfRoutes(texts: readonly string[]): Buffer {
  let digest = routesDigests.get(texts);
  if (digest === undefined) {
    const hash = createHash('sha256');
    // With their lengths: where a text ends is part of what is told.
    for (const text of texts) hash.update(`${text.length}:`).update(text);
    digest = hash.digest();
    routesDigests.set(texts, digest);
  }
  return digest;
}
