import { randomUUID } from 'node:crypto';
import type { GatehouseConfig, NodeTransport } from '@gatehouse/contract';
import { type Database, migrate, openDatabase } from '@gatehouse/database';
import { ADMIN_TOKEN_VARIABLE, ensureAdminToken } from './access/bootstrap-token.ts';
import type { Caller } from './access/caller.ts';
import { accessOperations } from './access/operations.ts';
import { TokenAuthenticator } from './access/token-authenticator.ts';
import { apisOperations } from './apis/operations.ts';
import { StoredCredentials } from './apps/credentials-source.ts';
import { forgetApi } from './apps/forget-api.ts';
import { appsOperations } from './apps/operations.ts';
import { pruneChanges } from './apps/prune-changes.ts';
import { sweepExpired } from './apps/sweep-expired.ts';
import { auditOperations } from './audit/operations.ts';
import type { RegionRule } from './backends/add-backend.ts';
import { backendsOperations } from './backends/operations.ts';
import { CHANGES_CHANNEL } from './changes/record-change.ts';
import { debugApi } from './debug/debug-api.ts';
import { domainsOperations } from './domains/operations.ts';
import type { RequestFields } from './http/authenticator.ts';
import { ManagementServer, type PlainHandler, type PlainUpgrade } from './http/management-server.ts';
import { DefinitionImporter } from './import/definition-importer.ts';
import { type AppliedFile, applyFile } from './managed/apply-file.ts';
import type { FileResources } from './managed/file-resources.ts';
import type { HubLog } from './nodes/hub-log.ts';
import { InProcessTransport } from './nodes/in-process-transport.ts';
import { NodeHub } from './nodes/node-hub.ts';
import { nodesOperations } from './nodes/operations.ts';
import type { Implementation } from './operation/implementation.ts';
import { publishingOperations } from './publishing/operations.ts';
import { type PublishedApi, readPublishedApis } from './publishing/published-apis.ts';
import { MIGRATIONS } from './schema/migrations.ts';
import { readSettings } from './schema/read-settings.ts';
import type { ControlTables } from './schema/tables.ts';
import { openInstallation } from './secrets/installation.ts';
import type { InstallationKey } from './secrets/installation-key.ts';
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts';
import { listEnvironments } from './system/list-environments.ts';

export interface ControlPlaneOptions {
  settings: GatehouseConfig['control'];
  dataDir: string;
  env: Record<string, string | undefined>;
  log: HubLog;
  version: string;
  /** Proxies before the management interface whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  /** What is served beside the management interface on the same port. */
  plain?: PlainHandler;
  plainUpgrade?: PlainUpgrade;
  /** Operations of others that are part of the management interface. */
  operations?: readonly Implementation[];
}

const HOUSEKEEPING_MS = 3_600_000;

/** The control plane of one process: the database, what decides over it, and the management interface. */
export class ControlPlane {
  /** The admin token that was made at the first start, to be shown once. */
  readonly adminToken: string | undefined;
  readonly #options: ControlPlaneOptions;
  readonly #database: Database<ControlTables>;
  readonly #key: InstallationKey;
  readonly #snapshots: SnapshotBuilder;
  readonly #importer = new DefinitionImporter();
  readonly #hub: NodeHub;
  readonly #server: ManagementServer;
  readonly #authenticator: TokenAuthenticator;
  readonly #housekeeping: NodeJS.Timeout;

  private constructor(
    options: ControlPlaneOptions,
    database: Database<ControlTables>,
    key: InstallationKey,
    adminToken: string | undefined,
  ) {
    this.#options = options;
    this.#database = database;
    this.#key = key;
    this.adminToken = adminToken;
    const { log, settings } = options;
    this.#snapshots = new SnapshotBuilder(database);
    this.#hub = new NodeHub({
      database,
      snapshots: this.#snapshots,
      credentials: new StoredCredentials({ database, key }),
      instance: randomUUID(),
      log,
      heartbeatMs: settings.nodes.heartbeat,
    });
    this.#authenticator = new TokenAuthenticator({ database, key, log });
    const shared = {
      database,
      key,
      snapshots: this.#snapshots,
      live: this.#hub,
      importer: this.#importer,
      authorizations: this.#authorizations,
      authenticator: this.#authenticator,
      hub: this.#hub,
      regionRule: () => this.#regionRule(),
      publishTimeoutMs: () => settings.publishTimeout,
      nowMs: Date.now,
    };
    this.#server = new ManagementServer({
      implementations: [
        ...backendsOperations(shared),
        ...apisOperations(shared),
        ...publishingOperations(shared),
        debugApi({ database, debug: (call) => this.#hub.debug(call) }),
        ...domainsOperations(shared),
        ...appsOperations(shared),
        ...accessOperations(shared),
        ...auditOperations(shared),
        ...nodesOperations(shared),
        listEnvironments(shared),
        ...(options.operations ?? []),
      ],
      authenticator: this.#authenticator,
      nodes: this.#hub,
      log,
      version: options.version,
      trustedProxies: options.trustedProxies,
      ...(options.plain === undefined ? {} : { plain: options.plain }),
      ...(options.plainUpgrade === undefined ? {} : { plainUpgrade: options.plainUpgrade }),
    });
    this.#housekeeping = setInterval(() => void this.#keepHouse(), HOUSEKEEPING_MS);
    this.#housekeeping.unref();
  }

  /**
   * Opens the database and everything on it. Rejects with what the database, the installation key or the admin token is refused for; the
   * messages go to the user.
   */
  static async open(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { settings, dataDir, env, log } = options;
    const database = await openDatabase<ControlTables>({ url: settings.database, dataDir, log });
    try {
      await migrate(database, MIGRATIONS);
      const key = await openInstallation(database, { dataDir, env });
      const adminToken = await ensureAdminToken({ database, key, given: env[ADMIN_TOKEN_VARIABLE] });
      return new ControlPlane(options, database, key, adminToken);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The way of the embedded node. */
  get transport(): NodeTransport {
    return new InProcessTransport(this.#hub);
  }

  /** For what else keeps its tables beside these. */
  get database(): Database<ControlTables> {
    return this.#database;
  }

  /** Who calls, by the fields of a request. Undefined: nobody who is known. */
  authenticate(fields: RequestFields): Promise<Caller | undefined> {
    return this.#authenticator.authenticate(fields);
  }

  /** Every API that is live somewhere. */
  async *publishedApis(): AsyncGenerator<PublishedApi> {
    const { environments } = await readSettings(this.#database.read);
    yield* readPublishedApis(this.#database.read, environments);
  }

  /** Calls back when something may have been published or unpublished. Returns what ends it. */
  watchPublications(changed: () => void): () => void {
    return this.#database.notifier.listen(CHANGES_CHANNEL, changed);
  }

  /** Where the database is, for messages. */
  get location(): string {
    return this.#database.location;
  }

  /** Makes what the configuration file declares true, all of it or nothing. Rejects with `Refusal`. */
  async applyFile(resources: FileResources): Promise<AppliedFile> {
    return applyFile(
      {
        database: this.#database,
        snapshots: this.#snapshots,
        key: this.#key,
        authorizations: this.#authorizations,
        regionRule: () => this.#regionRule(),
      },
      resources,
    );
  }

  /** Waits until the nodes have answered to a snapshot, at most as long as publishing does. */
  settled(number: number): ReturnType<NodeHub['settled']> {
    return this.#hub.settled(number, this.#options.settings.publishTimeout);
  }

  /** Begins to lead the nodes. */
  start(): void {
    this.#hub.start();
  }

  /** Opens the management interface; resolves with its port. */
  listen(host: string, port: number): Promise<number> {
    return this.#server.listen(host, port);
  }

  /** Why nothing can be changed at the moment, or undefined. */
  async notReady(): Promise<string | undefined> {
    try {
      await this.#database.ping();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#housekeeping);
    await this.#server.close();
    await this.#hub.stop();
    this.#importer.stop();
    await this.#authenticator.close();
    await this.#database.close();
  }

  readonly #authorizations = {
    removeForApi: async (tx: Parameters<typeof forgetApi>[0], apiId: string, atMs: number): Promise<void> => {
      await forgetApi(tx, this.#key, apiId, atMs);
    },
  };

  #regionRule(): RegionRule {
    const { region, regions } = this.#options.settings;
    const rule = region === undefined ? undefined : regions[region];
    return { region, forbiddenBackendTypes: rule?.forbiddenBackendTypes ?? [] };
  }

  async #keepHouse(): Promise<void> {
    try {
      await sweepExpired(this.#database, this.#key, Date.now());
      await pruneChanges(this.#database);
      await this.#hub.sweep(Date.now());
    } catch (error) {
      this.#options.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'What has expired could not be swept');
    }
  }
}
