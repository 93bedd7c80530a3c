import type { Problem } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { AuthorizationsOfApi } from '../apis/dependencies.ts';
import type { Actor } from '../audit/record-audit.ts';
import type { RegionRule } from '../backends/add-backend.ts';
import { bindDomain } from '../domains/bind-domain.ts';
import { freeDomain } from '../domains/free-domain.ts';
import { type Change, changeResources, type SnapshotCheck } from '../publishing/change.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { applyApis, dropApis } from './apply-apis.ts';
import { applyApps } from './apply-apps.ts';
import { applyBackends, dropBackends } from './apply-backends.ts';
import type { FileResources } from './file-resources.ts';
import { Left } from './left.ts';
import { saveSettings } from './save-settings.ts';

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
  const { key, authorizations } = dependencies;
  const atMs = Date.now();
  const options = { actor: FILE, managedBy: 'file', atMs };
  const { result, number } = await changeResources(dependencies, options, async (change) => {
    const left = new Left(resources.prune);
    await saveSettings(change, resources.settings);
    const backends = await applyBackends(change, resources.backends, dependencies.regionRule());
    await applyApis(change, resources.apis, backends);
    for (const domain of resources.domains) await bindDomain(change, domain);
    // The file first frees what it has no more: an API that only such a domain led to can then go too.
    await dropDomains(change, resources);
    await applyApps({ tx: change.tx, key, actor: FILE, managedBy: 'file', nowMs: atMs }, resources.apps);
    await dropApis(change, resources.apis, authorizations, left);
    await dropBackends(change, resources.backends, left);
    return left.problems;
  });
  return { number, problems: result };
}

async function dropDomains(change: Change, { domains }: FileResources): Promise<void> {
  const wanted = new Set(domains.map(({ host }) => host));
  const rows = await change.tx.selectFrom('domains').selectAll().where('managed_by', '=', 'file').orderBy('host').execute();
  for (const row of rows) if (!wanted.has(row.host)) await freeDomain(change, row);
}
