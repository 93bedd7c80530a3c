import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a file in the place of another so that after a crash one of the two is there, whole. Only the owner may read it. */
export async function writeAtomically(path: string, content: readonly Buffer[]): Promise<void> {
  const temporary = `${path}.new`;
  // What a crash left is not written into: its permissions are not known.
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writev([...content]);
    await file.sync();
  } finally {
    await file.close();
  }
  await moveInPlace(temporary, path);
}

/** Renames a file that is on the disk already, and makes the new name last. */
export async function moveInPlace(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
