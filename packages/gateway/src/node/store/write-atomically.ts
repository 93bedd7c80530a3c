import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Puts a file in the place of another so that after a crash one of the two is there, whole. Only the owner may read it. When it rejects,
 * the one that was there still is, and nothing stays beside it.
 */
export async function writeAtomically(path: string, content: readonly Buffer[]): Promise<void> {
  const temporary = `${path}.new`;
  // What a crash left is not written into: its permissions are not known.
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      let at = 0;
      for (const bytes of content) {
        await writeAt(file, bytes, at);
        at += bytes.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await moveInPlace(temporary, path);
  } catch (error) {
    // On a disk that is full the room is needed.
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes all of it: on a disk that has become full, a single write takes what fits and calls that a success. */
export async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw new Error('The disk takes no more');
    written += bytesWritten;
  }
}

/** Renames a file that is on the disk already, and makes the new name last. */
export async function moveInPlace(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Makes the names in a directory last: without it a crash may take back that a file was made or renamed. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
