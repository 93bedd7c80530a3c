import { createHash } from 'node:crypto';
import { ANNOTATION_LOCATION, ANNOTATION_ORIGIN_LOCATION, type Entity } from '../../model/index.ts';
import type { EntityProvider, Mutation, Schedule, SourceItem } from '../../processing/mutation.ts';

/** An API that is live on the gateway. */
export interface PublishedApi {
  /** Its name on the gateway. */
  api: string;
  title?: string | undefined;
  description?: string | undefined;
  owner?: string | undefined;
  /** Where it is published. */
  environments: readonly string[];
  /** Changes whenever any of this does; then `definition` is asked for. Default: a hash over everything. */
  version?: string | undefined;
  /** The OpenAPI document as text, or what gives it. */
  definition: string | (() => Promise<string>);
}

export interface PublishedApisOptions {
  publishedApis(): AsyncIterable<PublishedApi>;
  /** Calls back when something was published or unpublished. Returns what ends it. */
  watch?: (changed: () => void) => () => void;
  /** Default: every minute. */
  frequencyMs?: number;
}

/** Which API of the gateway an entity describes, and where it is live. */
export const ANNOTATION_API = 'gatehouse.dev/api';
export const ANNOTATION_ENVIRONMENTS = 'gatehouse.dev/environments';

/** A label for each environment where it is live, since catalogs filter by labels: `environment.gatehouse.dev/production: live`. */
const LABEL_ENVIRONMENT = 'environment.gatehouse.dev/';

const NAME_CHARS_MAX = 63;

/** Every API that is published on the gateway becomes an API entity, unless somebody describes it better. */
export class PublishedApisProvider implements EntityProvider {
  readonly name = 'gateway';
  readonly type = 'gateway';
  readonly target = 'APIs that are published on the gateway';
  readonly schedule: Schedule;
  readonly watch?: (changed: () => void) => () => void;
  readonly #options: PublishedApisOptions;

  constructor(options: PublishedApisOptions) {
    this.#options = options;
    this.schedule = { frequencyMs: options.frequencyMs ?? 60_000, timeoutMs: 300_000, initialDelayMs: 0 };
    if (options.watch !== undefined) this.watch = options.watch;
  }

  async list(signal: AbortSignal): Promise<Mutation> {
    const items: SourceItem[] = [];
    for await (const api of this.#options.publishedApis()) {
      signal.throwIfAborted();
      items.push(toItem(api));
    }
    return { type: 'full', items };
  }
}

function toItem(api: PublishedApi): SourceItem {
  const { definition, version, ...rest } = api;
  const state = typeof definition === 'string' ? [rest, version, definition] : [rest, version];
  return {
    location: { type: 'gateway', target: api.api },
    locationKey: null,
    isYielding: true,
    isTrusted: true,
    version: createHash('sha256').update(JSON.stringify(state)).digest('base64url'),
    load: async () => ({ entities: [toEntity(api, typeof definition === 'string' ? definition : await definition())] }),
  };
}

function toEntity({ api, title, description, owner, environments }: PublishedApi, definition: string): Entity {
  const location = `gateway:${api}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: {
      name: toName(api),
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      labels: Object.fromEntries(environments.map((environment) => [`${LABEL_ENVIRONMENT}${environment}`, 'live'])),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATION_API]: api,
        [ANNOTATION_ENVIRONMENTS]: environments.join(','),
      },
    },
    spec: {
      type: 'openapi',
      lifecycle: environments.includes('production') ? 'production' : 'experimental',
      owner: owner ?? 'unknown',
      definition,
    },
  };
}

/** Names of APIs may be longer than names of entities; then a hash keeps them apart. */
function toName(api: string): string {
  if (api.length <= NAME_CHARS_MAX) return api;
  return `${api.slice(0, NAME_CHARS_MAX - 9)}-${createHash('sha256').update(api).digest('hex').slice(0, 8)}`;
}
