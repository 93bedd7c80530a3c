#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const args = process.argv.slice(2);
if (args[0] === 'start') {
  // Compiled sources are kept in the data directory, which nobody else may write: the next start is quicker and smaller.
  const data = args[args.indexOf('--data') + 1];
  const directory = join(resolve(args.includes('--data') && data !== undefined ? data : '.gatehouse'), 'compile-cache');
  enableCompileCache(directory);
  // For the threads.
  process.env.NODE_COMPILE_CACHE ??= directory;
}

const { run } = await import('./run.ts');
process.exitCode = await run(args);
