import { createHash } from 'node:crypto';
import type { ApiRevisionSnapshot } from '@gatehouse/contract';

/**
 * What a draft would publish and what a revision is: the API as gateways run it, and its stage variables per environment. Integrations
 * refer to backends by id, so that a backend may be renamed.
 */
export interface RevisionContent {
  revision: Omit<ApiRevisionSnapshot, 'id'>;
  /** By environment. */
  variables: Record<string, Record<string, string>>;
}

/** SHA-256 (hex) of the content's JSON text. */
export function hashContent(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Ids of the backends that it uses. */
export function backendsOf({ revision }: RevisionContent): string[] {
  return backendsOfRevision(revision);
}

/** Ids of the backends that the routes of a revision use. */
export function backendsOfRevision({ routes }: Pick<ApiRevisionSnapshot, 'routes'>): string[] {
  const ids = new Set<string>();
  for (const { integration } of routes) if (integration.kind === 'http' && integration.backend !== undefined) ids.add(integration.backend);
  return [...ids];
}
