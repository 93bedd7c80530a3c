import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '@gatehouse/database';
import { type Entity, parseEntityRef, relationsOf, stringifyEntityRef, validateEntity } from '../model/index.ts';
import { EntityReader } from '../query/entity-reader.ts';
import { IndexFollower } from '../query/index-follower.ts';
import { applyChanges } from '../store/apply-changes.ts';
import type { CatalogBatch, EntityWrite } from '../store/catalog-store.ts';
import type { CatalogTables } from '../store/tables.ts';
import { CatalogError } from './catalog-error.ts';
import { CatalogRest } from './catalog-rest.ts';
import type { AccessVerdict, CatalogProcessing, LocationInput } from './ports.ts';

/** The interface on a real port, over a real database, with a processing that reads nothing. */
export interface RunningRest {
  url: string;
  follower: IndexFollower;
  processing: RecordingProcessing;
  put(batch: CatalogBatch): Promise<void>;
  close(): Promise<void>;
}

export const READER = 'reader-token';
export const WRITER = 'writer-token';

export async function startRest(database: Database<CatalogTables>, options: { readonly?: boolean } = {}): Promise<RunningRest> {
  const follower = new IndexFollower({ database, log: { warn: () => undefined } });
  await follower.start();
  const put = async (batch: CatalogBatch) => {
    const { number } = await database.transaction((tx) => applyChanges(tx, batch));
    await follower.caughtUp(number ?? 0);
  };
  const processing = new RecordingProcessing(follower, put);
  const rest = new CatalogRest({
    ...options,
    database,
    follower,
    processing,
    reader: new EntityReader(database),
    access: { authorize: async ({ headers, action }) => verdictOf(headers.authorization, action) },
    log: {
      error: (fields) => {
        throw new Error('A request failed', { cause: fields });
      },
    },
  });
  await rest.ready();
  const server = createServer((request, response) => {
    if (!rest.handle(request, response)) response.writeHead(418).end('somebody else');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    follower,
    processing,
    put,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rest.close();
      await follower.close();
    },
  };
}

function verdictOf(authorization: string | undefined, action: 'read' | 'write'): AccessVerdict {
  if (authorization === `Bearer ${WRITER}`) return 'allowed';
  if (authorization !== `Bearer ${READER}`) return 'unauthenticated';
  return action === 'read' ? 'allowed' : 'forbidden';
}

export class RecordingProcessing implements CatalogProcessing {
  readonly refreshed: string[] = [];
  locationChanges = 0;
  readonly #follower: IndexFollower;
  readonly #put: (batch: CatalogBatch) => Promise<void>;

  constructor(follower: IndexFollower, put: (batch: CatalogBatch) => Promise<void>) {
    this.#follower = follower;
    this.#put = put;
  }

  async previewLocation({ target }: LocationInput): Promise<Entity[]> {
    return [toWrite('Component', 'previewed', { owner: 'a' }, target).entity];
  }

  async locationsChanged(): Promise<void> {
    this.locationChanges++;
  }

  async refreshEntity(entityRef: string): Promise<void> {
    const ref = stringifyEntityRef(parseEntityRef(entityRef));
    if (!ref.startsWith('location:') && this.#follower.index.rowOf(ref) === undefined) {
      throw new CatalogError('NotFoundError', `Failed to schedule ${ref} for refresh`);
    }
    this.refreshed.push(ref);
  }

  async removeEntity(entityRef: string): Promise<void> {
    await this.#put({ remove: [entityRef] });
  }

  async validateEntity(entity: unknown) {
    const { problem } = validateEntity(entity);
    return problem === undefined ? [] : [{ name: problem.name, message: problem.message }];
  }

  async analyzeLocation({ location }: { location: LocationInput }) {
    return {
      existingEntityFiles: [],
      generateEntities: [{ entity: { kind: 'Component', spec: { target: location.target } }, fields: [] }],
    };
  }
}

/** An entity with its relations, from `url:<target>`. */
export function toWrite(kind: string, name: string, spec: Record<string, unknown>, target = 'https://example.com/a.yaml'): EntityWrite {
  const origin = `url:${target}`;
  const annotations = { 'backstage.io/managed-by-location': origin, 'backstage.io/managed-by-origin-location': origin };
  const entity: Entity = { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name, namespace: 'default', annotations }, spec };
  return { entity, relations: relationsOf(entity).relations ?? [], source: origin };
}
