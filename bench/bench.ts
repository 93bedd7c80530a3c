import { UsageError } from './usage-error.ts';

const KINDS: Record<string, (args: string[]) => Promise<number>> = {
  gateway: async (args) => (await import('./gateway/main.ts')).runGatewayBench(args),
  control: async (args) => (await import('./control/main.ts')).runControlBench(args),
  catalog: async (args) => (await import('./catalog/main.ts')).runCatalogBench(args),
  portal: async (args) => (await import('./portal/main.ts')).runPortalBench(args),
};

const USAGE = `Usage: npm run bench -- ${Object.keys(KINDS).join('|')} [options]   (--help after the kind lists its options)`;

const [kind = '', ...args] = process.argv.slice(2);
const run = KINDS[kind];
if (run === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
