import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import { PROXIES } from './proxies/proxies.ts';
import type { ProxyDescriptor } from './proxies/proxy.ts';

export const SCENARIOS = ['compare', 'routes', 'swap', 'soak', 'startup', 'rss'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface GatewayBenchOptions {
  scenario: Scenario;
  /** Of each single measurement. */
  seconds: number;
  /** Rounds; figures are medians over them. */
  runs: number;
  /** Of the soak. */
  minutes: number;
  /** Proxies that were asked for; undefined: what the scenario measures by default. */
  only: ProxyDescriptor[] | undefined;
  /** Connections of the saturating load. */
  connections: number;
  /** Cores as taskset takes them: `0`, or `0,1`. */
  proxyCores: string;
  loadCores: string;
  json: string | undefined;
  out: string | undefined;
  /** Leave the generated files where they are. */
  keep: boolean;
}

export const HELP = `Usage: npm run bench -- gateway [options]

  --scenario NAME      ${SCENARIOS.join(' | ')} (default: compare)
  --only A,B           proxies: ${PROXIES.map(({ name }) => name).join(', ')}
  --seconds N          of each measurement (default: 5; swap: 20, one swap each second)
  --runs N             rounds, figures are medians (default: 5)
  --minutes N          of the soak (default: 30)
  --connections N      of the saturating load (default: 32)
  --proxy-core LIST    core of the proxy (default: 0)
  --load-core LIST     core of the load and of the origin (default: 1)
  --json FILE          (default: bench/results/latest-gateway-SCENARIO.json)
  --out FILE           Markdown (default: bench/results/latest-gateway-SCENARIO.md)
  --keep               keep the directory with generated files and logs`;

/** A swap is made once a second, so that scenario needs longer measurements. */
const SECONDS_DEFAULT: Record<Scenario, string> = { compare: '5', routes: '5', swap: '20', soak: '5', startup: '5', rss: '5' };

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function parseOptions(args: string[]): GatewayBenchOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const scenario = SCENARIOS.find((name) => name === (values.scenario ?? 'compare'));
  if (scenario === undefined) throw new UsageError(`--scenario is one of ${SCENARIOS.join(', ')}`);
  return {
    scenario,
    seconds: toNumber('seconds', values.seconds ?? SECONDS_DEFAULT[scenario], 3600),
    runs: toNumber('runs', values.runs ?? '5', 100),
    minutes: toNumber('minutes', values.minutes ?? '30', 24 * 60),
    connections: toNumber('connections', values.connections ?? '32', 4000),
    only: values.only?.split(',').map(findProxy),
    proxyCores: toCores('proxy-core', values['proxy-core'] ?? '0'),
    loadCores: toCores('load-core', values['load-core'] ?? '1'),
    json: values.json,
    out: values.out,
    keep: values.keep ?? false,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      options: {
        ...{ scenario: text, only: text, seconds: text, runs: text, minutes: text, connections: text },
        ...{ 'proxy-core': text, 'load-core': text, json: text, out: text, keep: flag, help: flag },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function findProxy(name: string): ProxyDescriptor {
  const proxy = PROXIES.find((candidate) => candidate.name === name);
  if (proxy === undefined) throw new UsageError(`There is no proxy ${name}; there are ${PROXIES.map((known) => known.name).join(', ')}`);
  return proxy;
}

function toNumber(option: string, text: string, max: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > max) throw new UsageError(`--${option} is a whole number from 1 to ${max}`);
  return number;
}

function toCores(option: string, text: string): string {
  if (!/^\d{1,3}(,\d{1,3}){0,63}$/.test(text)) throw new UsageError(`--${option} is a core such as 0, or several such as 0,1`);
  return text;
}
