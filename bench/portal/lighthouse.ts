import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BROWSER_ARGUMENTS } from '../../test/portal/support/browser.ts';
import { median } from '../report/statistics.ts';

const TIMEOUT_MS = 120_000;

export interface LighthouseScores {
  /** 0 to 100. */
  performance: number;
  accessibility: number;
  /** What it shows for each of its measures. */
  shown: string;
}

interface LighthouseOptions {
  /** Where it is installed: the directory that has its node_modules. */
  directory: string;
  chromium: string;
  url: string;
  token: string;
  preset: 'desktop' | 'mobile';
  runs: number;
}

const MEASURES = {
  FCP: 'first-contentful-paint',
  LCP: 'largest-contentful-paint',
  TBT: 'total-blocking-time',
  CLS: 'cumulative-layout-shift',
  SI: 'speed-index',
};

interface LighthouseResult {
  runtimeError?: { message: string };
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { displayValue?: string }>;
}

/** Lighthouse's own scores of a page, the median of some runs; what it shows is of the run in the middle. */
export async function runLighthouse({ directory, chromium, url, token, preset, runs }: LighthouseOptions): Promise<LighthouseScores> {
  const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-lighthouse-'));
  try {
    // In a file: command lines are for everybody on the machine to read.
    const headers = join(scratch, 'headers.json');
    writeFileSync(headers, JSON.stringify({ Authorization: `Bearer ${token}` }), { mode: 0o600 });
    const args = [
      join(directory, 'node_modules/lighthouse/cli/index.js'),
      url,
      '--quiet',
      '--output=json',
      '--only-categories=performance,accessibility',
      `--extra-headers=${headers}`,
      `--chrome-flags=--headless=new ${BROWSER_ARGUMENTS.join(' ')}`,
      ...(preset === 'desktop' ? ['--preset=desktop'] : []),
    ];
    const results: LighthouseResult[] = [];
    for (let run = 0; run < runs; run++) {
      const options = { env: { ...process.env, CHROME_PATH: chromium }, maxBuffer: 64 * 1024 * 1024, timeout: TIMEOUT_MS, cwd: scratch };
      const { stdout } = await promisify(execFile)(process.execPath, args, options);
      const result = JSON.parse(stdout) as LighthouseResult;
      if (result.runtimeError !== undefined) throw new Error(`Lighthouse could not measure ${url}: ${result.runtimeError.message}`);
      results.push(result);
    }
    const scoreOf = (result: LighthouseResult, category: string) => 100 * (result.categories[category]?.score ?? Number.NaN);
    const sorted = results.toSorted((a, b) => scoreOf(a, 'performance') - scoreOf(b, 'performance'));
    const middle = sorted[sorted.length >> 1];
    return {
      performance: median(results.map((result) => scoreOf(result, 'performance'))),
      accessibility: Math.min(...results.map((result) => scoreOf(result, 'accessibility'))),
      shown: Object.entries(MEASURES)
        .map(([short, id]) => `${short} ${middle?.audits[id]?.displayValue ?? '?'}`)
        .join(', '),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
