import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LogWriter } from './log-writer.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-writer-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function createWriter(to: string | number) {
  const seen = { dropped: 0, errors: [] as Error[] };
  const writer = new LogWriter({
    to,
    onDropped(lines) {
      seen.dropped += lines;
    },
    onError: (error) => seen.errors.push(error),
  });
  return { writer, seen };
}

const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('a file', () => {
  test('gets every line, whole and in order, when several write to it', async () => {
    const file = join(directory, 'access.log');
    const writers = ['a', 'b', 'c'].map((name) => ({ name, ...createWriter(file) }));
    for (let i = 0; i < 3000; i++) {
      for (const { name, writer } of writers) writer.write(`${name}${i} ${name.repeat(100 + (i % 50))}\n`);
      if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(writers.map(({ writer }) => writer.close()));
    const lines = linesOf(readFileSync(file, 'latin1'));
    for (const { name, seen } of writers) {
      const own = lines.filter((line) => line.startsWith(name));
      expect(own).toEqual(Array.from({ length: 3000 }, (_, i) => `${name}${i} ${name.repeat(100 + (i % 50))}`));
      expect(seen).toEqual({ dropped: 0, errors: [] });
    }
    expect(lines).toHaveLength(9000);
  });

  test('gets a lonely line soon, is appended to, and is not for everybody to read', async () => {
    const file = join(directory, 'access.log');
    const first = createWriter(file);
    first.writer.write('one\n');
    await vi.waitFor(() => expect(readFileSync(file, 'latin1')).toBe('one\n'));
    await first.writer.close();
    const second = createWriter(file);
    second.writer.write('two\n');
    await second.writer.close();
    expect(readFileSync(file, 'latin1')).toBe('one\ntwo\n');
    expect(statSync(file).mode & 0o007).toBe(0);
  });

  test('that was rotated away gets what came before, the new one what comes after', async () => {
    const file = join(directory, 'access.log');
    const { writer, seen } = createWriter(file);
    writer.write('before\n');
    renameSync(file, `${file}.1`);
    writer.reopen();
    writer.write('after\n');
    await writer.close();
    await vi.waitFor(() => expect(readFileSync(`${file}.1`, 'latin1')).toBe('before\n'));
    expect(readFileSync(file, 'latin1')).toBe('after\n');
    expect(seen).toEqual({ dropped: 0, errors: [] });
  });

  test('that cannot be opened anew stays the old one', async () => {
    const file = join(directory, 'logs');
    const { writer, seen } = createWriter(file);
    renameSync(file, `${file}.1`);
    execFileSync('mkdir', [file]);
    writer.reopen();
    writer.write('line\n');
    await writer.close();
    expect(readFileSync(`${file}.1`, 'latin1')).toBe('line\n');
    expect(seen.errors).toMatchObject([{ code: 'EISDIR' }]);
  });

  test('that cannot be opened at all is an error at once', () => {
    expect(() => createWriter(join(directory, 'absent', 'access.log'))).toThrow('ENOENT');
  });

  test('after closing, lines are counted as dropped', async () => {
    const { writer, seen } = createWriter(join(directory, 'access.log'));
    await writer.close();
    writer.write('late\n');
    expect(seen.dropped).toBe(1);
  });
});

// A device that is always full, and pipes with a name: where there are none, there is nothing to try.
describe.skipIf(process.platform !== 'linux')('trouble', () => {
  test('a full disk costs lines, which are counted, one report, and no exception', async () => {
    const { writer, seen } = createWriter('/dev/full');
    for (let i = 0; i < 100; i++) {
      for (let j = 0; j < 200; j++) writer.write(`${'x'.repeat(499)}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(seen.errors).toMatchObject([{ code: 'ENOSPC' }]));
    await writer.close();
    expect(seen.dropped).toBe(20_000);
    expect(seen.errors).toHaveLength(1);
  });

  function createPipe() {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // A descriptor that blocks, as standard output usually is.
    const to = openSync(path, constants.O_WRONLY);
    onTestFinished(() => closeSync(to));
    return { reader, to };
  }

  test('a reader that stands still costs lines beyond some megabytes, and gets all others whole when it goes on', async () => {
    const { reader, to } = createPipe();
    const { writer, seen } = createWriter(to);
    const count = 20_000;
    for (let i = 0; i < count; i++) writer.write(`${i} ${'x'.repeat(490)}\n`);
    expect(seen.dropped).toBeGreaterThan(count / 4);
    expect(seen.dropped).toBeLessThan(count);
    let text = '';
    const piece = Buffer.alloc(65_536);
    for (let ended = false; !ended; ) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      try {
        for (let bytes = readSync(reader, piece); bytes > 0; bytes = readSync(reader, piece)) text += piece.toString('latin1', 0, bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' });
      }
      ended = linesOf(text).length + seen.dropped >= count;
    }
    await writer.close();
    closeSync(reader);
    expect(linesOf(text).every((line) => /^\d+ x{490}$/.test(line))).toBe(true);
    expect(linesOf(text).length + seen.dropped).toBe(count);
    expect(seen.errors).toEqual([]);
  });

  test('a reader that stands still holds up nothing else, whatever the number of threads that write to it', async () => {
    const { reader, to } = createPipe();
    onTestFinished(() => closeSync(reader));
    const writers = Array.from({ length: 8 }, () => createWriter(to).writer);
    for (let i = 0; i < 50; i++) {
      for (const writer of writers) for (let j = 0; j < 8; j++) writer.write(`${'x'.repeat(499)}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Reading a file takes one of the few threads that libuv has for all of them.
    await expect(readFile(import.meta.filename)).resolves.toBeDefined();
    await Promise.all(writers.map((writer) => writer.close()));
  });

  test('a reader that is gone costs every line, which are counted, one report, and no exception', async () => {
    const { reader, to } = createPipe();
    const { writer, seen } = createWriter(to);
    closeSync(reader);
    for (let i = 0; i < 100; i++) {
      writer.write(`${'x'.repeat(499)}\n`);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(seen.errors).toMatchObject([{ code: 'EPIPE' }]));
    writer.write('late\n');
    await writer.close();
    expect(seen.dropped).toBe(101);
    expect(seen.errors).toHaveLength(1);
  });
});
