import type { Problem } from '@gatehouse/contract';
import { formatProblem, hasErrors } from '@gatehouse/contract/problem';
import type { GatewayLog } from '@gatehouse/gateway/threads';
import type { ConfigurationReader } from './configuration-reader.ts';
import type { ReadConfiguration } from './configuration-thread.ts';

export type Role = 'all' | 'control' | 'gateway';

export interface StartOptions {
  /** Later files override earlier ones. */
  configFiles: readonly string[];
  /** Where the process keeps what must survive it. */
  dataDir: string;
  /** `gateway`: traffic only. `control`: decides only. `all`: both. */
  role: Role;
  log: GatewayLog;
  /** Shows problems of the configuration to people, one line each. */
  report(lines: readonly string[]): void;
  env?: Record<string, string | undefined>;
}

/** The configuration was refused: its problems were reported. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

/** A running Gatehouse. */
export interface Running {
  /** Undefined where no gateway runs. */
  gatewayUrl: string | undefined;
  /** Management interface and admin endpoints, or the latter only. */
  adminUrl: string;
  /** Made at the first start of a control plane, to be shown this once. */
  adminToken: string | undefined;
  /** Reads the configuration again now. Resolves with whether the result is live. */
  reload(): Promise<boolean>;
  /** Opens log files anew, after they were rotated. */
  reopenLogs(): void;
  /** Lets requests in flight end, then stops. */
  stop(): Promise<void>;
}

export type Settings = NonNullable<ReadConfiguration['settings']>;

/** What every role starts from: the configuration, read once. */
export interface Begun {
  options: StartOptions;
  reader: ConfigurationReader;
  read: ReadConfiguration;
  settings: Settings;
}

/** Shows problems; hints only beside errors. */
export function reportProblems(options: Pick<StartOptions, 'report'>, problems: readonly Problem[]): void {
  const shown = hasErrors(problems) ? problems : problems.filter((problem) => problem.severity !== 'hint');
  if (shown.length > 0) options.report(shown.map(formatProblem));
}

/** An address as people open it. */
export function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

export function portError(error: unknown, listen: { host: string; port: number }): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new RefusedError(`Port ${listen.port} on ${listen.host} is in use by another process`);
}
