import { createHash } from 'node:crypto';
import { Refusal } from '../operation/refusal.ts';
import type { Change } from '../publishing/change.ts';
import { locksRows } from '../schema/locks-rows.ts';
import type { StoredSettings as Settings } from '../schema/read-settings.ts';
import type { DefinitionContent } from '../snapshot/definition-content.ts';

/** The row of settings. Version 0: nothing was ever saved. */
export interface StoredSettings {
  content: string;
  version: number;
}

/** Locks the one row that every file is about until the transaction ends: whoever applies a file at the same moment waits. */
export async function lockSettings({ tx }: Change): Promise<StoredSettings> {
  const lock = () =>
    tx
      .selectFrom('settings')
      .select(['content', 'version'])
      .where('id', '=', 1)
      .$if(locksRows(tx), (query) => query.forUpdate())
      .executeTakeFirst();
  const known = await lock();
  if (known !== undefined) return known;
  // At the first start there is none to lock: the second to insert it waits for the first, and then finds its row.
  await tx
    .insertInto('settings')
    .values({ id: 1, content: '{}', version: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await lock()) ?? { content: '{}', version: 0 };
}

/** Saves what snapshots hold beside resources; does nothing when it is saved so already. `before`: the row, locked. */
export async function saveSettings(change: Change, before: StoredSettings, settings: Settings): Promise<void> {
  const content = JSON.stringify(settings);
  if (before.version > 0 && before.content === content) return;
  await change.beginLive('settings');
  await change.tx
    .updateTable('settings')
    .set({ content, version: before.version + 1 })
    .where('id', '=', 1)
    .execute();
  change.audit({
    action: 'settings.put',
    resource: 'settings',
    owner: null,
    ...(before.version === 0 ? {} : { before: describeSettings(JSON.parse(before.content) as Settings) }),
    after: describeSettings(settings),
  });
}

/** What the audit tells of settings: names of policies and a hash, but no values, which may be secrets. */
function describeSettings({ policies, ...settings }: Settings): Record<string, unknown> {
  const hash = createHash('sha256').update(JSON.stringify(policies)).digest('hex');
  return { ...settings, policies: policies.map(({ name }) => name), policiesHash: hash };
}

/** Refuses to lose an environment in which APIs are still published when everything has been applied (`environment.unknown`). */
export async function refuseLostEnvironments({ tx, number }: Change, { environments }: Settings): Promise<void> {
  // What is live stays as it was, and so do the environments.
  if (number === null) return;
  const lost = await tx.selectFrom('publications').select('environment').distinct().where('environment', 'not in', environments).execute();
  if (lost.length === 0) return;
  const names = lost.map(({ environment }) => `"${environment}"`).join(', ');
  throw new Refusal('environment.unknown', `APIs are published in ${names}: unpublish them there before the environment goes`, {
    environments,
  });
}

/** Refuses to lose a network that backend services lead to when everything has been applied (`reference.unknown`). */
export async function refuseLostNetworks({ tx, number }: Change, { networks = [] }: Settings): Promise<void> {
  if (number === null) return;
  const defined = await tx
    .selectFrom('backend_definitions')
    .innerJoin('backends', 'backends.id', 'backend_definitions.backend_id')
    .select(['backends.name', 'backend_definitions.environment', 'backend_definitions.content'])
    .where('backends.type', 'in', ['vpc', 'mixed'])
    .orderBy('backends.name')
    .execute();
  const known = new Set(networks.map(({ name }) => name));
  for (const { name, environment, content } of defined) {
    const { network } = JSON.parse(content) as DefinitionContent;
    if (network === undefined || known.has(network.name)) continue;
    const detail = `The backend service "${name}" leads to the network "${network.name}" in ${environment}: define it otherwise before the network goes`;
    throw new Refusal('reference.unknown', detail);
  }
}
