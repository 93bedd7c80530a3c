import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatehouse-write-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Writes `bytes` bytes from a process whose files may not become longer than 1,000 KiB, as on a disk that has become full. */
function writeWithLittleRoom(path: string, bytes: number): string {
  const script = `
    import { writeAtomically } from ${JSON.stringify(new URL('./write-atomically.ts', import.meta.url).href)};
    const content = [Buffer.from('header\\n'), Buffer.alloc(${bytes}, 65)];
    console.log(await writeAtomically(process.argv[1], content).then(() => 'written', (error) => error.code ?? error.message));
  `;
  const limited = 'ulimit -f 1000 && exec "$0" --input-type=module --eval "$1" "$2"';
  const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, script, path], { encoding: 'utf8' });
  return stdout.trim() || stderr;
}

test('on a disk that is full the file that was there stays, whole, and nothing beside it takes room', () => {
  const path = join(directory, 'snapshot.sealed');
  writeFileSync(path, 'the last good one');
  expect(writeWithLittleRoom(path, 3_000_000)).toBe('EFBIG');
  expect(readFileSync(path, 'utf8')).toBe('the last good one');
  expect(readdirSync(directory)).toEqual(['snapshot.sealed']);

  expect(writeWithLittleRoom(path, 900_000)).toBe('written');
  expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.from('header\n'), Buffer.alloc(900_000, 65)]));
});
