import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OutputFile } from '../entity/create-entities.ts';
import { type Target, TargetRefusal, type WriteState } from './target.ts';

/** Writes below a directory, which is made when it is not there. A reader never sees half a file. */
export function createDirectoryTarget(directory: string): Target {
  const placeOf = (file: OutputFile) => join(directory, file.path);
  return {
    name: directory,
    takes: 'files',
    placeOf,
    async write(file, signal) {
      try {
        return await writeFileOnce(placeOf(file), file.bytes, signal);
      } catch (error) {
        throw isPermanent(error) ? new TargetRefusal(error instanceof Error ? error.message : String(error)) : error;
      }
    },
  };
}

async function writeFileOnce(path: string, bytes: Buffer, signal: AbortSignal): Promise<WriteState> {
  if (await hasContent(path, bytes, signal)) return 'unchanged';
  await mkdir(dirname(path), { recursive: true });
  // The name ends in no suffix that a catalog would read.
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, bytes, { signal, flag: 'wx' });
    signal.throwIfAborted();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return 'written';
}

async function hasContent(path: string, bytes: Buffer, signal: AbortSignal): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size === bytes.length && bytes.equals(await readFile(path, { signal }));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

const PERMANENT: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG', 'EINVAL']);

function isPermanent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && PERMANENT.has(error.code);
}
