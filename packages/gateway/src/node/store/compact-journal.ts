import { type CredentialsJournal, JournalWriter } from './credentials-journal.ts';
import type { NodeKey } from './node-key.ts';

/** Writes a journal anew, as one base without changes. When it rejects, the old one is still there and in use. */
export async function compactJournal(journal: CredentialsJournal, key: NodeKey): Promise<CredentialsJournal> {
  const scan = await journal.scan();
  const writer = await JournalWriter.create(journal.path, key, 'compact');
  try {
    for await (const apps of journal.apps(scan)) if (apps.length > 0) await writer.add(apps);
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const compacted = await writer.commit(journal.path, scan.codeKey, scan.state);
  await journal.close();
  return compacted;
}
