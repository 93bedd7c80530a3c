import type { Change } from '../publishing/change.ts';
import type { SnapshotSettings } from '../snapshot/build-snapshot.ts';

/** Saves what snapshots hold beside resources; does nothing when it is saved so already. */
export async function saveSettings(change: Change, settings: SnapshotSettings): Promise<void> {
  const { tx } = change;
  const content = JSON.stringify(settings);
  const before = await tx.selectFrom('settings').select(['content', 'version']).where('id', '=', 1).executeTakeFirst();
  if (before?.content === content) return;
  await change.beginLive('settings');
  const row = { content, version: (before?.version ?? 0) + 1 };
  await tx
    .insertInto('settings')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  change.audit({
    action: 'settings.put',
    resource: 'settings',
    owner: null,
    ...(before === undefined ? {} : { before: JSON.parse(before.content) as unknown }),
    after: settings,
  });
}
