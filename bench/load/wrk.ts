import { fileURLToPath } from 'node:url';
import { runChild } from '../process/children.ts';
import { requireTool } from '../process/tools.ts';
import { REQUEST_FIELDS, REQUEST_TARGET } from './request.ts';

/** What one run of wrk measured. */
export interface WrkResult {
  requests: number;
  /** Seconds. */
  duration: number;
  /** Microseconds. */
  p50: number;
  p99: number;
  /** Requests that failed: connections that could not be made or broke, timeouts, statuses from 400. */
  failed: number;
}

const SCRIPT = fileURLToPath(new URL('wrk-report.lua', import.meta.url));

/** As many requests as the proxy can take: each connection sends the next request when it has the answer to the last. */
export async function runWrk(options: { port: number; seconds: number; connections: number; cores: string }): Promise<WrkResult> {
  const { port, seconds, connections, cores } = options;
  const output = await runChild(
    'wrk',
    {
      command: requireTool('wrk'),
      args: [
        ...['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '5s', '--script', SCRIPT],
        ...REQUEST_FIELDS.flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
        `http://127.0.0.1:${port}${REQUEST_TARGET}`,
      ],
    },
    cores,
    (seconds + 15) * 1000,
  );
  return parseWrkReport(output);
}

/** Reads the line that wrk-report.lua prints at the end of the run. */
export function parseWrkReport(output: string): WrkResult {
  const line = output.split('\n').find((text) => text.startsWith('report '));
  if (line === undefined) throw new Error(`wrk printed no report\n${output}`);
  const numbers = line.split(' ').slice(1).map(Number);
  const [requests, durationMicros, p50, p99, connect, read, write, timeout, status] = numbers as [
    ...[number, number, number, number],
    ...[number, number, number, number, number],
  ];
  if (numbers.length !== 9 || numbers.some(Number.isNaN)) throw new Error(`wrk printed a report that cannot be read: ${line}`);
  return { requests, duration: durationMicros / 1e6, p50, p99, failed: connect + read + write + timeout + status };
}
