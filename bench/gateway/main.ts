import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killAll } from '../process/children.ts';
import { findTool, readVersion, requireTool } from '../process/tools.ts';
import { describeMachine, type Report, toMarkdown, writeReport } from '../report/report.ts';
import { UsageError } from '../usage-error.ts';
import { type GatewayBenchOptions, HELP, parseOptions, type Scenario } from './options.ts';
import { prepareOrigin } from './origin.ts';
import { gatehouse, gatehouseFull, gatehouseManyRoutes } from './proxies/gatehouse.ts';
import { PROXIES } from './proxies/proxies.ts';
import type { ProxyDescriptor } from './proxies/proxy.ts';
import { startOrigin } from './running-proxy.ts';
import { compare } from './scenarios/compare.ts';
import { rss } from './scenarios/rss.ts';
import type { Bench, ScenarioResult } from './scenarios/scenario.ts';
import { soak } from './scenarios/soak.ts';
import { startup } from './scenarios/startup.ts';
import { swap } from './scenarios/swap.ts';

const SCENARIO_RUNS: Record<Scenario, { run(bench: Bench): Promise<ScenarioResult>; title: string; proxies: readonly ProxyDescriptor[] }> =
  {
    compare: { run: compare, title: 'Gateway: side by side', proxies: PROXIES },
    routes: { run: compare, title: 'Gateway: 10 against 10,000 routes', proxies: [gatehouse, gatehouseManyRoutes] },
    swap: { run: swap, title: 'Gateway: new configurations under load', proxies: [gatehouseManyRoutes] },
    soak: { run: soak, title: 'Gateway: a long time at half load', proxies: [gatehouseFull] },
    startup: { run: startup, title: 'Gateway: time to start', proxies: PROXIES },
    rss: { run: rss, title: 'Gateway: memory', proxies: PROXIES },
  };

/** Measures and reports. Returns the exit code: 1 when a proxy did not start or requests failed; a missed goal is only shown. */
export async function runGatewayBench(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  checkMachine(options);
  const scenario = SCENARIO_RUNS[options.scenario];
  const { proxies, notes } = selectProxies(options.only ?? scenario.proxies);
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const cleanUp = endOnExit(root, options, proxies.length);
  try {
    const origin = await startOrigin(prepareOrigin, root, options.loadCores);
    const say = (line: string) => console.error(line);
    const result = await scenario.run({ options, proxies, root, originPort: origin.port, say });
    await origin.child.stop();
    const report: Report = {
      title: scenario.title,
      at: new Date().toISOString(),
      machine: { ...describeMachine(), ...describeTools() },
      settings: { ...options, only: proxies.map(({ name }) => name), json: undefined, out: undefined, keep: undefined },
      ...result,
      notes: [...notes, ...result.notes],
    };
    const base = fileURLToPath(new URL(`../results/latest-gateway-${options.scenario}`, import.meta.url));
    const files = { json: options.json ?? `${base}.json`, out: options.out ?? `${base}.md` };
    writeReport(report, files);
    console.log(toMarkdown(report));
    console.error(`written: ${files.out}, ${files.json}`);
    return report.notes.some((note) => note.startsWith('FAILED')) ? 1 : 0;
  } finally {
    cleanUp();
  }
}

function checkMachine({ proxyCores, loadCores }: GatewayBenchOptions): void {
  if (process.platform !== 'linux') throw new Error('The bench runs on Linux only: it pins processes to cores and reads /proc');
  const last = Math.max(...`${proxyCores},${loadCores}`.split(',').map(Number));
  if (last >= cpus().length) throw new UsageError(`There is no core ${last}; the load and the proxy need a core each`);
  requireTool('taskset', 'util-linux');
  requireTool('wrk');
  requireTool('nginx', 'nginx-light');
}

function selectProxies(wanted: readonly ProxyDescriptor[]): { proxies: ProxyDescriptor[]; notes: string[] } {
  const notes: string[] = [];
  const proxies = wanted.filter((proxy) => {
    const missing = proxy.missing();
    if (missing !== undefined) notes.push(`${proxy.title} was left out: ${missing}`);
    return missing === undefined;
  });
  for (const note of notes) console.error(note);
  if (proxies.length === 0) throw new Error('There is nothing to measure');
  return { proxies, notes };
}

function describeTools(): Record<string, string> {
  const versions: Record<string, string> = {};
  const tools: [string, string[]][] = [
    ['nginx', ['-v']],
    ['haproxy', ['-v']],
    ['caddy', ['version']],
    ['wrk', ['-v']],
  ];
  for (const [name, args] of tools) {
    const path = findTool(name);
    if (path !== undefined) versions[name] = readVersion(path, args);
  }
  return versions;
}

/** However the run ends, nothing that it started lives on and nothing that it wrote stays. Returns what does that. */
function endOnExit(root: string, options: GatewayBenchOptions, proxyCount: number): () => void {
  const cleanUp = () => {
    killAll();
    if (!options.keep) rmSync(root, { recursive: true, force: true });
    else console.error(`kept: ${root}`);
    clearTimeout(bound);
    process.off('exit', cleanUp);
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal, index) => {
    const listener = () => process.exit(index === 0 ? 130 : 143);
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  process.on('exit', cleanUp);
  const { runs, seconds, minutes, scenario } = options;
  const boundSeconds = 120 + proxyCount * (60 + runs * (2 * seconds + 60) + (scenario === 'soak' ? minutes * 60 : 0));
  const bound = setTimeout(() => {
    console.error(`The run took longer than ${boundSeconds} s, which cannot be right`);
    process.exit(1);
  }, boundSeconds * 1000);
  return cleanUp;
}
