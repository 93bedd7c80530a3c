/** Kinds of backend service. Without zod: the command line offers them. */
export const BACKEND_TYPES = [
  'http',
  'vpc',
  'service-discovery',
  'mock',
  'mixed',
  'function-compute',
  'object-storage',
  'event-bridge',
] as const;

export type BackendType = (typeof BACKEND_TYPES)[number];

/** Types that are known, so that a region's rule can name them, and that this version cannot serve: what is missing for them. */
export const UNAVAILABLE_BACKEND_TYPES: Partial<Readonly<Record<BackendType, string>>> = {
  'function-compute': 'an integration that calls functions',
  'object-storage': 'an integration that reads and writes objects in buckets',
  'event-bridge': 'an integration that sends events',
};

/** Why no backend service of this type can be made in this version; undefined when it can. */
export function unavailableType(type: string): string | undefined {
  const missing = Object.hasOwn(UNAVAILABLE_BACKEND_TYPES, type) ? UNAVAILABLE_BACKEND_TYPES[type as BackendType] : undefined;
  return missing === undefined ? undefined : `Backend services of the type "${type}" need ${missing}, which this version does not have`;
}

/** Whether the gateway may answer for backend services of this type: operations on them bring their examples. */
export function mayBeMocked(type: string): boolean {
  return type === 'mock' || type === 'mixed';
}
