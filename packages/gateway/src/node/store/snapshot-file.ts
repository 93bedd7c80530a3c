import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PackedSnapshot } from '@gatehouse/contract';
import { readHeaderLine, STORE_FORMAT, toHeaderLine } from './file-header.ts';
import type { NodeKey } from './node-key.ts';
import { seal, unseal } from './sealing.ts';
import { isMissing, UnusableFile } from './unusable-file.ts';
import { writeAtomically } from './write-atomically.ts';

export interface StoredSnapshot {
  packed: PackedSnapshot;
  storedAtMs: number;
}

export async function writeSnapshotFile(path: string, { nodeId, key }: NodeKey, packed: PackedSnapshot): Promise<void> {
  const header = toHeaderLine({ gatehouse: 'node-snapshot', format: STORE_FORMAT, node: nodeId, file: randomUUID() });
  const stored: StoredSnapshot = { packed, storedAtMs: Date.now() };
  await writeAtomically(path, [header, seal(key, header, Buffer.from(JSON.stringify(stored)))]);
}

/** Null when there is none. Throws `UnusableFile`. */
export async function readSnapshotFile(path: string, { nodeId, key }: NodeKey): Promise<StoredSnapshot | null> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const header = readHeaderLine(content, 'node-snapshot', nodeId);
  const plain = unseal(key, header, content.subarray(header.length));
  if (plain === undefined) throw new UnusableFile('it is damaged, or was written with another key');
  return JSON.parse(plain.toString('utf8')) as StoredSnapshot;
}
