import path from 'node:path';
import type { Database } from '@gatehouse/database';
import { CatalogRules } from '../processing/catalog-rules.ts';
import type { EntityProvider } from '../processing/mutation.ts';
import { PUSH_PROVIDER } from '../processing/push.ts';
import type { CatalogConfig } from '../processing/settings.ts';
import type { ContentReader } from '../reading/content.ts';
import { FileReader } from '../reading/file-reader.ts';
import { LocationReader } from '../reading/location-reader.ts';
import { ReadingError } from '../reading/reading-error.ts';
import { ReadingPolicy } from '../reading/reading-policy.ts';
import { UrlReader } from '../reading/url-reader.ts';
import type { CatalogTables } from '../store/tables.ts';
import { AwsS3Provider } from './aws-s3/aws-s3-provider.ts';
import { Bucket } from './aws-s3/bucket.ts';
import { parseBucketUrl } from './aws-s3/bucket-url.ts';
import { S3Reader } from './aws-s3/s3-reader.ts';
import { configuredLocations, LocationsProvider } from './locations/locations-provider.ts';
import { type PublishedApisOptions, PublishedApisProvider } from './published-apis/published-apis-provider.ts';

export interface SourcesOptions {
  database: Database<CatalogTables>;
  settings: CatalogConfig;
  /** Where relative paths of the configuration are relative to: the directory of its file. */
  baseDir: string;
  /** The gateway's own APIs; absent: none. */
  publishedApis?: PublishedApisOptions;
}

/** Everything that the configuration makes the catalog read, and how. */
export interface Sources {
  reader: ContentReader;
  files: FileReader;
  rules: CatalogRules;
  providers: EntityProvider[];
  close(): void;
}

/** Builds providers and readers from the settings. Throws an Error that names the setting when one of them cannot be. */
export function createSources({ database, settings, baseDir, publishedApis }: SourcesOptions): Sources {
  const { catalog, integrations, backend, aws } = settings;
  const locations = configuredLocations(catalog, baseDir);
  const files = new FileReader({ directories: locations.flatMap(({ type, target }) => (type === 'file' ? [directoryOf(target)] : [])) });
  const buckets = Object.entries(catalog.providers.awsS3 ?? {}).map(([id, provider]) => {
    // As in Backstage the first integration counts, unless the provider names another one's endpoint.
    const integration = integrations.awsS3.find(({ endpoint }) => endpoint === provider.endpoint) ?? integrations.awsS3[0];
    try {
      const bucket = new Bucket(provider, integration, aws);
      return { bucket, provider: new AwsS3Provider(id, provider, bucket) };
    } catch (error) {
      throw new Error(`catalog.providers.awsS3.${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  });
  const urls = new UrlReader({ policy: new ReadingPolicy({ allow: backend.reading.allow }) });
  const url = new S3Reader({
    buckets: buckets.map(({ bucket }) => bucket),
    openBucket(target) {
      const named = parseBucketUrl(
        target,
        integrations.awsS3.flatMap(({ endpoint }) => endpoint ?? []),
      );
      const integration = integrations.awsS3.find(({ endpoint }) => endpoint === named?.endpoint);
      return named === undefined || integration === undefined ? undefined : new Bucket(named, integration, aws);
    },
    fallback: urls,
  });
  const providers: EntityProvider[] = [new LocationsProvider({ database, locations, interval: catalog.processingInterval })];
  providers.push(...buckets.map(({ provider }) => provider));
  if (publishedApis !== undefined) providers.push(new PublishedApisProvider(publishedApis));
  return {
    reader: new LocationReader({ url, file: files, [PUSH_PROVIDER]: absoluteUrls(url) }),
    files,
    rules: new CatalogRules(catalog.rules, locations),
    providers,
    close() {
      url.close();
      urls.close();
      for (const { bucket } of buckets) bucket.close();
    },
  };
}

/** What is pushed has no place that a path could be relative to; URLs mean themselves. */
function absoluteUrls(url: ContentReader): ContentReader {
  return {
    read: (location, options) => url.read(location, options),
    resolve(reference) {
      if (!URL.canParse(reference)) throw new ReadingError('invalid-target', 'what is pushed can refer to absolute URLs only');
      return { type: 'url', target: new URL(reference).href };
    },
  };
}

function directoryOf(target: string): string {
  const parts = target.split(path.sep);
  const pattern = parts.findIndex((part) => /[*?[\]{}]/.test(part));
  return parts.slice(0, pattern === -1 ? -1 : pattern).join(path.sep) || path.sep;
}
