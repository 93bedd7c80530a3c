import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, readFile, rename, stat } from 'node:fs/promises';
import type { NodeLog } from '../ports.ts';
import { isMissing } from './unusable-file.ts';
import { writeAtomically } from './write-atomically.ts';

/** Who a node is, and the key of its files. */
export interface NodeKey {
  nodeId: string;
  /** 32 bytes. */
  key: Buffer;
}

const KEY_BYTES = 32;

/** Reads the key file, or makes it at the first start. One that cannot be understood is put aside: the node begins as a new one. */
export async function openNodeKey(path: string, log: NodeLog): Promise<NodeKey> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return createNodeKey(path);
  }
  const known = parse(text);
  if (known === undefined) {
    await rename(path, `${path}.damaged`);
    log.error({ file: path }, 'The key file of the node is damaged: it is put aside, and the node begins as a new one');
    return createNodeKey(path);
  }
  if (((await stat(path)).mode & 0o077) !== 0) {
    await chmod(path, 0o600);
    log.warn({ file: path }, 'Others could read the key file of the node: its permissions are set back to 0600');
  }
  return known;
}

async function createNodeKey(path: string): Promise<NodeKey> {
  const made = { nodeId: randomUUID(), key: randomBytes(KEY_BYTES) };
  await writeAtomically(path, [Buffer.from(`${JSON.stringify({ format: 1, node: made.nodeId, key: made.key.toString('base64') })}\n`)]);
  return made;
}

function parse(text: string): NodeKey | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, node, key } = value as Record<string, unknown>;
  if (format !== 1 || typeof node !== 'string' || node === '' || node.length > 64 || typeof key !== 'string') return undefined;
  const bytes = Buffer.from(key, 'base64');
  return bytes.length === KEY_BYTES ? { nodeId: node, key: bytes } : undefined;
}
