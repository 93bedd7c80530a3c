import type { FastifyInstance } from 'fastify';
import type { PluginDatabase } from './plugin-database.ts';

/** Writes lines of the log, each with the plugin's name. Secrets do not belong into them. */
export interface PluginLog {
  info(message: string): void;
  info(fields: object, message: string): void;
  warn(message: string): void;
  warn(fields: object, message: string): void;
  error(message: string): void;
  error(fields: object, message: string): void;
}

export interface ScheduleOptions {
  /** For the log. */
  name?: string;
  /** One node at a time runs it, another takes over when that one dies. Default: true. `false`: every node runs it. */
  leaderOnly?: boolean;
  /** After this its signal aborts. Default: 60,000. */
  timeoutMs?: number;
}

export interface PluginScheduler {
  /**
   * Runs `task` once the server is up, and then again and again, `intervalMs` (100 to 2^31 - 1) after it has ended: never twice at a time.
   * What it throws is logged. The signal aborts at its timeout, at shutdown, and when the node no longer leads.
   */
  every(intervalMs: number, task: (signal: AbortSignal) => void | Promise<void>, options?: ScheduleOptions): void;
}

export interface PluginFetchInit extends RequestInit {
  /** For the whole exchange, the body included. Default: 10,000. */
  timeoutMs?: number;
}

export interface PluginLifecycle {
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
  /** Called when the server stops, in the reverse order; after five seconds it is not waited for. */
  onStop(work: () => void | Promise<void>): void;
}

/** What a plugin gets when it is registered. */
export interface PluginEnvironment<Config, Tables> {
  /** Where it is served: `/api/<name>`. */
  readonly name: string;
  /**
   * A Fastify instance of its own, at `/api/<name>`. Callers are signed in and have the role `viewer` at least, unless a route says
   * otherwise: `{ config: { access: 'public' } }`; `request.caller` is who calls. Bodies have 1 MiB at most, handlers 60 s.
   */
  readonly router: FastifyInstance;
  /** As its schema made it; without one, as it is written. */
  readonly config: Config;
  readonly log: PluginLog;
  readonly database: PluginDatabase<Tables>;
  readonly scheduler: PluginScheduler;
  /** `fetch` with a timeout, ended when the server stops. */
  fetch(input: string | URL | Request, init?: PluginFetchInit): Promise<Response>;
  readonly lifecycle: PluginLifecycle;
}
