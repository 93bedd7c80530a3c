import type { DefinitionDiff } from '@gatehouse/contract';
import type { apis, OperationResult } from '@gatehouse/contract/management';

type Diff = OperationResult<typeof apis.diffRevisions>;

/** What differs between two revisions, as lines. */
export async function formatChanges({ against, breaking, changes }: Diff): Promise<string[]> {
  if (against === null) return ['It is the first one: there is nothing to compare it with'];
  if (changes.length === 0) return [`No changes against revision ${against}`];
  const { formatDiff } = await import('@gatehouse/documents');
  const breakingCount = changes.filter((change) => change.breaking).length;
  const count = breaking ? `, ${Math.max(1, breakingCount)} of them breaking (!)` : ', none of them breaking';
  // The interface leaves out of its schema what only this module reads.
  const diff = { breaking, changes } as unknown as DefinitionDiff;
  return [`${changes.length} change${changes.length === 1 ? '' : 's'} against revision ${against}${count}:`, ...formatDiff(diff)];
}
