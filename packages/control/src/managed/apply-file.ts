import type { Problem } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { AuthorizationsOfApi } from '../apis/dependencies.ts';
import type { Actor } from '../audit/record-audit.ts';
import type { RegionRule } from '../backends/add-backend.ts';
import { Refusal } from '../operation/refusal.ts';
import { changeResources, type SnapshotCheck } from '../publishing/change.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { applyApis } from './apply-apis.ts';
import { applyApps } from './apply-apps.ts';
import { applyBackends } from './apply-backends.ts';
import { applyDomains } from './apply-domains.ts';
import { dropApis } from './drop-apis.ts';
import { dropBackends } from './drop-backends.ts';
import type { FileResources } from './file-resources.ts';
import { Left } from './left.ts';
import { lockSettings, refuseLostEnvironments, refuseLostNetworks, saveSettings } from './save-settings.ts';

/** The first file of thousands of APIs and apps is one transaction: some statements for each, a millisecond each where the database is elsewhere. */
const TIMEOUT_MS = 600_000;

const FILE: Actor = { name: 'file', address: null, requestId: null };

export interface FileDependencies {
  database: Database<ControlTables>;
  snapshots: SnapshotCheck;
  key: InstallationKey;
  authorizations: AuthorizationsOfApi;
  regionRule(): RegionRule;
}

export interface AppliedFile {
  /** Number of the snapshot that holds it; null: what is live stays as it was. */
  number: number | null;
  /** What the file has no more and what stays nevertheless. */
  problems: Problem[];
}

/**
 * Makes what the configuration file declares true, in one transaction: all of it or, when any of it is refused (`Refusal`), nothing.
 * Doing it again changes nothing.
 */
export async function applyFile(dependencies: FileDependencies, resources: FileResources): Promise<AppliedFile> {
  try {
    return await applyOnce(dependencies, resources);
  } catch (error) {
    // Somebody made something of the same name at this moment. The next time it is there, and is taken over.
    if (!(error instanceof Refusal) || (error.code !== 'resource.exists' && error.code !== 'version.stale')) throw error;
    return applyOnce(dependencies, resources);
  }
}

async function applyOnce(dependencies: FileDependencies, resources: FileResources): Promise<AppliedFile> {
  const { key, authorizations } = dependencies;
  const atMs = Date.now();
  const options = { actor: FILE, managedBy: 'file', atMs, timeoutMs: TIMEOUT_MS };
  const { result, number } = await changeResources(dependencies, options, async (change) => {
    const left = new Left(resources.prune);
    // Several control nodes see the same file change at once: one of them applies it, the others then find it applied.
    await saveSettings(change, await lockSettings(change), resources.settings);
    const backends = await applyBackends(change, resources.backends, { key, rule: dependencies.regionRule() });
    await applyApis(change, resources.apis, backends);
    // The file first frees what it has no more: an API that only such a domain led to can then go too.
    await applyDomains(change, resources.domains);
    await applyApps({ tx: change.tx, key, actor: FILE, managedBy: 'file', nowMs: atMs }, resources.apps);
    await dropApis(change, resources.apis, authorizations, left);
    await dropBackends(change, resources.backends, left);
    await refuseLostEnvironments(change, resources.settings);
    await refuseLostNetworks(change, resources.settings);
    return left.problems;
  });
  return { number, problems: result };
}
