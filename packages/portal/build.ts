import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

/** Builds the portal into `dist`, with each text compressed beside it, so that serving it costs no compression. `--missing`: only when it is older than its sources. */

const here = import.meta.dirname;
const dist = join(here, 'dist');
const next = join(here, `dist.${process.pid}`);

if (process.argv.includes('--missing') && (await isCurrent())) process.exit(0);

// The tests' own value would build React for development.
process.env.NODE_ENV = 'production';
try {
  await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'warn', build: { outDir: next } });
  await Promise.all((await texts(next)).map(compress));
  // Whoever serves the former build meanwhile keeps its open files.
  await rm(dist, { recursive: true, force: true });
  await rename(next, dist);
} finally {
  await rm(next, { recursive: true, force: true });
}

/** Whether the build is newer than everything that it is made of. */
async function isCurrent(): Promise<boolean> {
  const built = await stat(join(dist, 'index.html')).catch(() => undefined);
  if (built === undefined) return false;
  const sources = [
    ...['index.html', 'vite.config.ts', 'build.ts', 'package.json', '../../package-lock.json'].map((name) => join(here, name)),
    ...(await filesOf(join(here, 'src'))),
    ...(await filesOf(join(here, 'public'))),
  ];
  const times = await Promise.all(sources.map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(...times) < built.mtimeMs;
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function texts(directory: string): Promise<string[]> {
  return (await filesOf(directory)).filter((file) => /\.(js|css|svg|json|txt)$/.test(file));
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < 1_024) return;
  const [small, smaller] = await Promise.all([
    promisify(gzip)(content, { level: 9 }),
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  ]);
  await Promise.all([writeFile(`${file}.gz`, small), writeFile(`${file}.br`, smaller)]);
}
