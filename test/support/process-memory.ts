import { readFile } from 'node:fs/promises';

/** Memory of a process that is not shared with a file, in bytes (Linux), or undefined where the system does not tell. */
export async function processMemory(pid: number | undefined): Promise<number | undefined> {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^RssAnon:\s{1,16}(\d{1,15}) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
