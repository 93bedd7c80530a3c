import type { EntityProvider, Mutation, Schedule, SourceItem } from '../../processing/mutation.ts';
import type { AwsS3ProviderSettings } from '../../processing/settings.ts';
import { toSchedule } from '../schedule.ts';
import type { Bucket } from './bucket.ts';

/** A listing of a thousand objects is one cheap request: what a service puts there is found within a minute. */
const FREQUENCY_MS = 60_000;

/** Entities from the objects of a bucket. Its listing says which of them have changed; only those are read. */
export class AwsS3Provider implements EntityProvider {
  readonly name: string;
  readonly type = 'awsS3';
  readonly target: string;
  readonly schedule: Schedule;
  readonly #settings: AwsS3ProviderSettings;
  readonly #bucket: Bucket;

  constructor(id: string, settings: AwsS3ProviderSettings, bucket: Bucket) {
    // As Backstage calls it, and keys what it gives.
    this.name = `awsS3-provider:${id}`;
    this.target = `s3://${settings.bucketName}/${settings.prefix ?? ''}`;
    this.schedule = toSchedule(settings.schedule, FREQUENCY_MS);
    this.#settings = settings;
    this.#bucket = bucket;
  }

  async list(signal: AbortSignal): Promise<Mutation> {
    const { prefix, suffixes } = this.#settings;
    const items: SourceItem[] = [];
    for (const { key, etag } of await this.#bucket.list(prefix, signal)) {
      const name = key.toLowerCase();
      if (!suffixes.some((suffix) => name.endsWith(suffix.toLowerCase()))) continue;
      items.push({
        location: { type: 'url', target: this.#bucket.urlOf(key) },
        skipsForeign: true,
        ...(etag === '' ? {} : { version: etag }),
      });
    }
    return { type: 'full', items };
  }
}
