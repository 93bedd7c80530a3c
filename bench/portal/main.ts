import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium, launchBrowser } from '../../test/portal/support/browser.ts';
import { setup as buildPortal } from '../../test/portal/support/build-setup.ts';
import { killAll } from '../process/children.ts';
import { describeMachine, type Report, toMarkdown, writeReport } from '../report/report.ts';
import { UsageError } from '../usage-error.ts';
import { measureParts, type PortalBenchOptions } from './parts.ts';

const HELP = `Usage: npm run bench -- portal [options]

  --runs N            of everything; figures are medians (default: 5)
  --entities N        of the large catalog (default: 100000)
  --slowdown N        how much slower the second browser's processor is (default: 4)
  --only LIST         some of visits,routes,lighthouse,catalog,definition
  --lighthouse DIR    where Lighthouse is installed: npm install lighthouse@13 in an empty directory (default: left out)
  --cores LIST        cores for filling the catalog (default: 0,1)`;

/** Opens the portal in Chromium, measures and reports. Returns the exit code; a missed goal is only shown. */
export async function runPortalBench(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const chromium = findChromium();
  if (chromium === undefined) throw new UsageError('Chromium is needed: apt-get install chromium');
  process.once('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  buildPortal();
  const browser = await launchBrowser(chromium);
  try {
    const measured = await measureParts({ ...options, browser, chromium });
    const report: Report = {
      title: 'Portal',
      at: new Date().toISOString(),
      machine: { ...describeMachine(), browser: browser.version() },
      settings: { runs: options.runs, entities: options.entities, slowdown: options.slowdown, only: options.only.join(',') },
      ...measured,
    };
    const base = fileURLToPath(new URL('../results/latest-portal', import.meta.url));
    writeReport(report, { json: `${base}.json`, out: `${base}.md` });
    console.log(toMarkdown(report));
    return 0;
  } finally {
    await browser.close();
  }
}

const PARTS = ['visits', 'routes', 'lighthouse', 'catalog', 'definition'];

function parseOptions(args: string[]): Omit<PortalBenchOptions, 'browser' | 'chromium'> | undefined {
  const text = { type: 'string' } as const;
  const options = { runs: text, entities: text, slowdown: text, only: text, lighthouse: text, cores: text };
  let values: ReturnType<typeof parseArgs<{ options: typeof options & { help: { type: 'boolean' } } }>>['values'];
  try {
    values = parseArgs({ args, options: { ...options, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return undefined;
  const only = values.only?.split(',') ?? PARTS;
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new UsageError(`--only knows ${PARTS.join(', ')}, and no ${unknown}`);
  return {
    runs: toNumber('runs', values.runs ?? '5', 100),
    entities: toNumber('entities', values.entities ?? '100000', 1_000_000),
    slowdown: toNumber('slowdown', values.slowdown ?? '4', 20),
    only,
    lighthouse: values.lighthouse,
    cores: values.cores ?? '0,1',
  };
}

function toNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > max) throw new UsageError(`--${name} is a whole number from 1 to ${max}`);
  return number;
}
