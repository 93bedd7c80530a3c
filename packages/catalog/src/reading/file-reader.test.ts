import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileReader } from './file-reader.ts';
import { LocationReader } from './location-reader.ts';
import { ReadingError } from './reading-error.ts';
import { ReadingPolicy } from './reading-policy.ts';
import { UrlReader } from './url-reader.ts';

let root = '';
let reader: FileReader;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'gatehouse-files-'));
  await mkdir(path.join(root, 'catalog/deep/node_modules'), { recursive: true });
  await mkdir(path.join(root, 'secrets'));
  await writeFile(path.join(root, 'secrets/key.yaml'), 'secret');
  for (const file of ['a.yaml', 'b.txt', 'deep/c.yaml', 'deep/node_modules/d.yaml'])
    await writeFile(path.join(root, 'catalog', file), file);
  await symlink('../secrets/key.yaml', path.join(root, 'catalog/link.yaml'));
  await symlink('../secrets', path.join(root, 'catalog/linked'));
  await symlink('a.yaml', path.join(root, 'catalog/inner.yaml'));
  execFileSync('mkfifo', [path.join(root, 'catalog/pipe.yaml')]);
  reader = new FileReader({ directories: [path.join(root, 'catalog')] });
});
afterAll(() => rm(root, { recursive: true }));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ReadingError ? error.code : `no refusal: ${String(error)}`;
}

function read(file: string, known?: { etag: string }) {
  return reader.read({ type: 'file', target: path.join(root, file) }, known === undefined ? {} : { known });
}

describe('a file', () => {
  it('is read again only when it has changed', async () => {
    const first = await read('catalog/a.yaml');
    if (first.notModified || first.etag === undefined) throw new Error('expected content with an etag');
    expect(first.text).toBe('a.yaml');
    expect(await read('catalog/a.yaml', { etag: first.etag })).toEqual({ notModified: true });
    await writeFile(path.join(root, 'catalog/a.yaml'), 'A.YAML');
    expect(await read('catalog/a.yaml', { etag: first.etag })).toMatchObject({ text: 'A.YAML' });
    await writeFile(path.join(root, 'catalog/a.yaml'), 'a.yaml');
  });

  it('outside of the directories is refused, however it is reached', async () => {
    for (const file of ['secrets/key.yaml', 'catalog/../secrets/key.yaml', 'catalog/link.yaml', 'catalog/linked/key.yaml']) {
      expect([file, await codeOf(reader.read({ type: 'file', target: `${root}/${file}` }))]).toEqual([file, 'not-allowed']);
    }
    expect(await read('catalog/inner.yaml')).toMatchObject({ text: 'a.yaml' });
  });

  it('that is missing, a directory, a pipe or too large is refused with its reason', async () => {
    expect(await codeOf(read('catalog/none.yaml'))).toBe('not-found');
    expect(await codeOf(read('catalog/deep'))).toBe('not-found');
    expect(await codeOf(read('catalog/pipe.yaml'))).toBe('not-found');
    expect(await codeOf(reader.read({ type: 'file', target: path.join(root, 'catalog/a.yaml') }, { bytesMax: 5 }))).toBe('too-large');
  });
});

describe('a pattern', () => {
  const list = async (pattern: string) => (await reader.list(pattern, root)).map((file) => path.relative(root, file.path));

  it('finds files below the directories, sorted, none of installed packages and none that links lead out to', async () => {
    expect(await list('./catalog/**/*.yaml')).toEqual(['catalog/a.yaml', 'catalog/deep/c.yaml', 'catalog/inner.yaml']);
    expect(await list('catalog/{a,b}.*')).toEqual(['catalog/a.yaml', 'catalog/b.txt']);
    expect(await list('catalog/none/*.yaml')).toEqual([]);
    expect(await list('catalog/a.yaml')).toEqual(['catalog/a.yaml']);
  });

  it('gives the etag that reading gives', async () => {
    const [file] = await reader.list('catalog/a.yaml', root);
    expect(await reader.read({ type: 'file', target: file?.path ?? '' }, { known: { etag: file?.etag ?? '' } })).toEqual({
      notModified: true,
    });
  });

  it('that begins outside of the directories is refused, as is a plain path that does not exist', async () => {
    expect(await codeOf(reader.list('**/*.yaml', root))).toBe('not-allowed');
    expect(await codeOf(reader.list('catalog/../secrets/*', root))).toBe('not-allowed');
    expect(await codeOf(reader.list('catalog/none.yaml', root))).toBe('not-found');
  });
});

describe('a reference', () => {
  it('in a document from a URL never means a file of this machine', () => {
    const all = new LocationReader({ file: reader, url: new UrlReader({ policy: new ReadingPolicy({}) }) });
    const base = { type: 'url', target: 'https://example.com/a/catalog-info.yaml?ref=main' };
    expect(all.resolve('../b.yaml', base)).toEqual({ type: 'url', target: 'https://example.com/b.yaml?ref=main' });
    expect(all.resolve('file:///etc/passwd', base)).toEqual({ type: 'url', target: 'file:///etc/passwd' });
    expect(all.resolve('/etc/passwd', base).type).toBe('url');
    const repository = { type: 'url', target: 'https://github.com/org/repo/blob/main/deep/catalog-info.yaml' };
    expect(all.resolve('/openapi.yaml', repository).target).toBe('https://github.com/org/repo/blob/main/openapi.yaml');
    expect(all.resolve('./b.yaml', { type: 'file', target: '/x/a.yaml' })).toEqual({ type: 'file', target: '/x/b.yaml' });
    expect(all.resolve('https://a/b', { type: 'file', target: '/x/a.yaml' })).toEqual({ type: 'url', target: 'https://a/b' });
    expect(() => all.resolve('b', { type: 'odd', target: 'x' })).toThrow('locations of type odd cannot be read here');
  });
});
