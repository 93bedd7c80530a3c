import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ScenarioResult } from '../gateway/scenarios/scenario.ts';
import { killAll } from '../process/children.ts';
import { describeMachine, toMarkdown, writeReport } from '../report/report.ts';
import { UsageError } from '../usage-error.ts';
import { type ControlBench, publish, publishRemote, reads } from './scenarios.ts';

const SCENARIOS: Record<string, (bench: ControlBench) => Promise<ScenarioResult>> = { publish, 'publish-remote': publishRemote, reads };

const HELP = `Usage: npm run bench -- control [--scenario ${Object.keys(SCENARIOS).join('|')}] [--share 1] [--cores 0,1]

  --share   part of the full size (1,000 published APIs; 5,000 APIs and 100,000 apps); default 1
  --cores   cores of everything that is measured; default: all of them
`;

/** Measures the control plane and reports. Returns the exit code; a missed goal is only shown. */
export async function runControlBench(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      scenario: { type: 'string', default: 'publish' },
      share: { type: 'string', default: '1' },
      cores: { type: 'string', default: '0,1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const run = Object.hasOwn(SCENARIOS, values.scenario) ? SCENARIOS[values.scenario] : undefined;
  const share = Number(values.share);
  if (run === undefined || !(share > 0 && share <= 10)) throw new UsageError(HELP);
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const cleanUp = () => {
    killAll();
    rmSync(root, { recursive: true, force: true });
  };
  process.once('exit', cleanUp);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const result = await run({ root, share, cores: values.cores, say: (line) => console.error(line) });
  const report = {
    title: `Control plane: ${values.scenario}`,
    at: new Date().toISOString(),
    machine: describeMachine(),
    settings: { scenario: values.scenario, share, cores: values.cores },
    ...result,
  };
  const base = fileURLToPath(new URL(`../results/latest-control-${values.scenario}`, import.meta.url));
  writeReport(report, { json: `${base}.json`, out: `${base}.md` });
  console.log(toMarkdown(report));
  return 0;
}
