import { randomUUID } from 'node:crypto';
import { type AuthSettings, DEFAULT_AUTH_SETTINGS, type DebugCall, type GatehouseConfig, type NodeTransport } from '@gatehouse/contract';
import { type Database, migrate, openDatabase } from '@gatehouse/database';
import { ADMIN_TOKEN_VARIABLE, ensureAdminToken } from './access/bootstrap-token.ts';
import type { Caller } from './access/caller.ts';
import { accessOperations } from './access/operations.ts';
import { TokenAuthenticator } from './access/token-authenticator.ts';
import { approvePending } from './access-requests/approve-pending.ts';
import { accessRequestsOperations } from './access-requests/operations.ts';
import { listActivity } from './activity/list-activity.ts';
import { apisOperations } from './apis/operations.ts';
import { resolveBackends } from './apis/resolve-backends.ts';
import { StoredCredentials } from './apps/credentials-source.ts';
import { forgetApi } from './apps/forget-api.ts';
import { createAppGrants } from './apps/grant-access.ts';
import { appsOperations } from './apps/operations.ts';
import { pruneChanges } from './apps/prune-changes.ts';
import { sweepExpired } from './apps/sweep-expired.ts';
import { auditOperations } from './audit/operations.ts';
import type { RegionRule } from './backends/add-backend.ts';
import { backendsOperations } from './backends/operations.ts';
import { CHANGES_CHANNEL } from './changes/record-change.ts';
import { debugApi } from './debug/debug-api.ts';
import { checkDefinition } from './definitions/check-definition.ts';
import type { ReadUrl } from './definitions/read-url.ts';
import { domainsOperations } from './domains/operations.ts';
import { Housekeeping } from './housekeeping.ts';
import type { RequestFields } from './http/authenticator.ts';
import type { RequestHead } from './http/forged-request.ts';
import { ManagementServer, type PlainHandler, type PlainUpgrade } from './http/management-server.ts';
import { DefinitionImporter } from './import/definition-importer.ts';
import { type AppliedFile, applyFile } from './managed/apply-file.ts';
import type { FileResources } from './managed/file-resources.ts';
import type { HubLog } from './nodes/hub-log.ts';
import { InProcessTransport } from './nodes/in-process-transport.ts';
import { NodeHub } from './nodes/node-hub.ts';
import { nodesOperations } from './nodes/operations.ts';
import type { Implementation } from './operation/implementation.ts';
import { People } from './people.ts';
import { listPolicies } from './policies/list-policies.ts';
import { Changelog } from './published/changelog.ts';
import { publishedOperations } from './published/operations.ts';
import { publishingOperations } from './publishing/operations.ts';
import { type PublishedApi, readPublishedApis } from './publishing/published-apis.ts';
import { MIGRATIONS } from './schema/migrations.ts';
import { readSettings } from './schema/read-settings.ts';
import type { ControlTables } from './schema/tables.ts';
import { type SearchDependencies, search } from './search/search.ts';
import { openInstallation } from './secrets/installation.ts';
import type { InstallationKey } from './secrets/installation-key.ts';
import { listenedUrl } from './sign-in/listened-url.ts';
import type { UserDirectory } from './sign-in/user-directory.ts';
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts';
import { GatewayUrls, type PublicGateway } from './system/gateway-urls.ts';
import { getInstallation } from './system/get-installation.ts';
import { listEnvironments } from './system/list-environments.ts';
import { listNetworks } from './system/list-networks.ts';
import { trafficOperations } from './traffic/operations.ts';
import { sweepTraffic } from './traffic/sweep-traffic.ts';
import { takeReport } from './traffic/take-report.ts';

export interface ControlPlaneOptions {
  settings: GatehouseConfig['control'];
  dataDir: string;
  env: Record<string, string | undefined>;
  log: HubLog;
  version: string;
  /** Proxies before the management interface whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  /** Of the `gateway` block: where callers reach it. */
  gateway?: PublicGateway;
  /** What is served beside the management interface on the same port. */
  plain?: PlainHandler;
  plainUpgrade?: PlainUpgrade;
  /** Operations of others that are part of the management interface. */
  operations?: readonly Implementation[];
  /** How people sign in. */
  auth?: AuthSettings;
  /** The users of the catalog; absent: there are none. */
  directory?: UserDirectory;
  /** Searches the catalog; absent: there is none. */
  findEntities?: SearchDependencies['findEntities'];
  /** Reads definitions from URLs that may be read; absent: none. */
  readUrl?: ReadUrl;
}

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
  readonly #people: People;
  #publicUrl = new URL('http://localhost');
  readonly #housekeeping: Housekeeping;

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
    this.#snapshots = new SnapshotBuilder(database, key);
    this.#hub = new NodeHub({
      database,
      snapshots: this.#snapshots,
      credentials: new StoredCredentials({ database, key }),
      instance: randomUUID(),
      log,
      heartbeatMs: settings.nodes.heartbeat,
      takeTraffic: (sender, report) => takeReport(database, sender, report, Date.now(), log),
    });
    this.#authenticator = new TokenAuthenticator({ database, key, log });
    if (settings.publicUrl !== undefined) this.#publicUrl = new URL(settings.publicUrl);
    const publicUrl = () => this.#publicUrl;
    const { auth = DEFAULT_AUTH_SETTINGS, directory = { find: async () => [] } } = options;
    this.#people = new People({ database, key, tokens: this.#authenticator, settings: auth, directory, publicUrl, log });
    const shared = {
      database,
      key,
      snapshots: this.#snapshots,
      live: this.#hub,
      importer: this.#importer,
      authorizations: this.#authorizations,
      authenticator: {
        forgetAll: () => {
          this.#authenticator.forgetAll();
          this.#people.forgetAll();
        },
      },
      hub: this.#hub,
      debug: (call: DebugCall) => this.#hub.debug(call),
      grants: createAppGrants(key),
      granted: approvePending,
      addresses: new GatewayUrls({ database, isConnected: (row) => this.#hub.isConnected(row), gateway: options.gateway }),
      regionRule: () => this.#regionRule(),
      publishTimeoutMs: () => settings.publishTimeout,
      nowMs: Date.now,
    };
    this.#server = new ManagementServer({
      implementations: [
        ...backendsOperations(shared),
        ...apisOperations(shared),
        ...publishingOperations(shared),
        debugApi(shared),
        ...publishedOperations(shared),
        ...accessRequestsOperations(shared),
        ...domainsOperations(shared),
        ...appsOperations(shared),
        ...accessOperations(shared),
        ...this.#people.operations,
        ...auditOperations(shared),
        ...nodesOperations(shared),
        ...trafficOperations({ ...shared, retention: settings.traffic }),
        listEnvironments(shared),
        listNetworks(shared),
        search({ database, findEntities: options.findEntities }),
        listActivity({ database, comparisons: new Changelog(shared) }),
        checkDefinition({ database, importer: this.#importer, readUrl: options.readUrl, resolveBackends }),
        listPolicies(),
        getInstallation({ ...shared, version: options.version }),
        ...(options.operations ?? []),
      ],
      authenticator: this.#people.authenticator,
      signIn: this.#people.signIn,
      publicUrl,
      nodes: this.#hub,
      log,
      version: options.version,
      trustedProxies: options.trustedProxies,
      ...(options.plain === undefined ? {} : { plain: options.plain }),
      ...(options.plainUpgrade === undefined ? {} : { plainUpgrade: options.plainUpgrade }),
    });
    this.#housekeeping = new Housekeeping({
      log,
      sweeps: [
        { name: 'expired credentials and authorizations', run: (nowMs) => sweepExpired(database, key, nowMs) },
        { name: 'old changes', run: () => pruneChanges(database) },
        { name: 'sessions that are over', run: (nowMs) => this.#people.sweep(nowMs) },
        { name: 'nodes that are gone', run: (nowMs) => this.#hub.sweep(nowMs) },
        { name: 'old figures of the traffic', run: (nowMs) => sweepTraffic(database, settings.traffic, nowMs) },
      ],
    });
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

  /**
   * Who calls, by the fields of a request. Undefined: nobody who is known. A session counts only in what a page of the portal sent: what
   * other sites may send too, such as links, is for `identify`.
   */
  async authenticate(fields: RequestFields): Promise<Caller | undefined> {
    const caller = await this.#people.identify({ method: 'POST', fields });
    return caller === 'forged' ? undefined : caller;
  }

  /** As `authenticate`, for a request of which more is known. `forged`: another site may have made a browser send it. */
  identify(head: RequestHead): Promise<Caller | 'forged' | undefined> {
    return this.#people.identify(head);
  }

  /** Makes a changed `auth` block of the configuration count. */
  useAuth(settings: AuthSettings): void {
    this.#people.use(settings);
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
  async listen(host: string, port: number): Promise<number> {
    const bound = await this.#server.listen(host, port);
    if (this.#options.settings.publicUrl === undefined) this.#publicUrl = listenedUrl(host, bound);
    return bound;
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
    await this.#server.close();
    await this.#housekeeping.stop();
    await this.#hub.stop();
    this.#importer.stop();
    await this.#people.close();
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
}
