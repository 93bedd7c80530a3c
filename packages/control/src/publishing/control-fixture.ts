import type { Operation, OperationCall, OperationResult } from '@gatehouse/contract/management';
import type { Database } from '@gatehouse/database';
import { onTestFinished } from 'vitest';
import { Caller } from '../access/caller.ts';
import { apisOperations } from '../apis/operations.ts';
import { backendsOperations } from '../backends/operations.ts';
import { domainsOperations } from '../domains/operations.ts';
import { checkAnswer, checkRefusal } from '../http/check-answer.ts';
import { DefinitionImporter } from '../import/definition-importer.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import { SnapshotBuilder } from '../snapshot/snapshot-builder.ts';
import type { NodeAnswer } from './live.ts';
import { publishingOperations } from './operations.ts';

export const ADMIN = new Caller({ name: 'root', role: 'admin', teams: [] });

interface CallOptions {
  caller?: Caller;
  ifMatch?: number;
}

/** The part of the control plane that is about APIs, over a real database, importer and snapshot builder. No nodes. */
export async function createControl(database: Database<ControlTables>, nodes: NodeAnswer[] = []) {
  const settings = {
    environments: ['test', 'pre', 'production'],
    defaultEnvironment: 'production',
    errorProfile: 'problem',
    timeouts: {},
    policies: [],
  };
  await database.transaction((tx) =>
    tx
      .insertInto('settings')
      .values({ id: 1, version: 1, content: JSON.stringify(settings) })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const importer = new DefinitionImporter();
  onTestFinished(() => importer.stop());
  const key = new InstallationKey(Buffer.alloc(32, 7));
  const snapshots = new SnapshotBuilder(database, key);
  const waited: number[] = [];
  const region: { region: string | undefined; forbiddenBackendTypes: string[] } = { region: undefined, forbiddenBackendTypes: [] };
  const dependencies = {
    database,
    key,
    snapshots,
    importer,
    live: {
      settled: async (number: number) => {
        waited.push(number);
        return nodes;
      },
    },
    regionRule: () => region,
    publishTimeoutMs: () => 1000,
    authorizations: { removeForApi: async () => undefined },
  };
  const implementations = new Map(
    [
      ...backendsOperations(dependencies),
      ...apisOperations(dependencies),
      ...publishingOperations(dependencies),
      ...domainsOperations(dependencies),
    ].map((implementation) => [implementation.operation.id, implementation]),
  );

  /** Calls as the HTTP server does: input and answer checked against the contract. */
  async function call<Op extends Operation>(
    operation: Op,
    input: Partial<OperationCall<Op>>,
    { caller = ADMIN, ifMatch }: CallOptions = {},
  ): Promise<{ status: number; body: OperationResult<Op>; version: number | undefined }> {
    const implementation = implementations.get(operation.id);
    if (implementation === undefined) throw new Error(`${operation.id} is not implemented`);
    try {
      const answer = await implementation.handle({
        params: operation.params.parse(input.params),
        query: operation.query.parse(input.query ?? (operation.query.type === 'undefined' ? undefined : {})),
        body: operation.body.parse(input.body),
        caller,
        ifMatch,
        mustExist: ifMatch !== undefined,
        address: '127.0.0.1',
        requestId: 'request-1',
      });
      checkAnswer(operation, answer);
      return { status: answer.status ?? operation.statuses[0] ?? 0, body: answer.body as OperationResult<Op>, version: answer.version };
    } catch (error) {
      if (error instanceof Refusal) checkRefusal(operation, error);
      throw error;
    }
  }

  /** What gateways would serve: the targets of each published API, by `api/environment`. */
  async function served(): Promise<Record<string, { revision: string; urls: string[] }>> {
    const head = (await snapshots.newest())?.head;
    const entries = (head?.publications ?? []).map((publication) => {
      const revision = head?.revisions.find(({ id }) => id === publication.revision);
      const urls = (head?.backends ?? []).flatMap(({ environments }) => environments[publication.environment]?.targets ?? []);
      return [`${revision?.api}/${publication.environment}`, { revision: publication.revision, urls: urls.map(({ url }) => url) }] as const;
    });
    return Object.fromEntries(entries);
  }

  return { call, served, database, snapshots, waited, region };
}

/** What an operation is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** A definition with one operation for each path, on the backend that its API names. */
export function definition(...paths: string[]) {
  return {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: { 200: { description: 'Done' } } } }])),
  };
}
