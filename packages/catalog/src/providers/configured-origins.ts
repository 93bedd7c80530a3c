import { type LocationRef, parseLocationRef } from '../model/index.ts';
import type { CatalogConfig } from '../processing/settings.ts';
import { Bucket } from './aws-s3/bucket.ts';
import { configuredLocations } from './locations/locations-provider.ts';

/**
 * Tells of an origin, as `managed-by-origin-location` says it, whether the configuration itself names it: one of `catalog.locations`, or
 * an object of a bucket of `catalog.providers`. What is pushed or registered is none, whatever `catalog.rules` let in from there.
 */
export function createConfiguredOrigins({ catalog, integrations, aws }: CatalogConfig, baseDir: string): (origin: string) => boolean {
  const locations = new Set(configuredLocations(catalog, baseDir).map(({ type, target }) => `${type}:${target}`));
  const buckets = Object.values(catalog.providers.awsS3 ?? {}).map((provider) => {
    const integration = integrations.awsS3.find(({ endpoint }) => endpoint === provider.endpoint) ?? integrations.awsS3[0];
    return new Bucket(provider, integration, aws).urlOf(provider.prefix ?? '');
  });
  return (origin) => locations.has(origin) || isObjectOf(buckets, origin);
}

function isObjectOf(buckets: readonly string[], origin: string): boolean {
  if (!buckets.some((bucket) => origin.startsWith(`url:${bucket}`))) return false;
  const { target }: LocationRef = parseLocationRef(origin);
  // Somebody can register `…/entities/../other/x.yaml`, which only begins like what the provider reads.
  return URL.parse(target)?.href === target;
}
