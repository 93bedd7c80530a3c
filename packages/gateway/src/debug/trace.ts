import type { DebugResult } from '@gatehouse/contract';

export type TraceEntry = DebugResult['trace'][number];

/** A request as it went to a backend, for whoever debugs it. */
export interface TracedBackendRequest {
  method: string;
  url: string;
  /** Flat list name, value … */
  fields: readonly string[];
}

/** What happens to one exchange, step by step. Only exchanges that are being debugged have one. */
export class Trace {
  /** Id of the app that the request is sent as, without its credentials; null: an unknown caller. */
  readonly app: string | null;
  readonly entries: TraceEntry[] = [];
  /** The last one that was sent, when there were retries. */
  backendRequest: TracedBackendRequest | null = null;

  constructor(app: string | null) {
    this.app = app;
  }

  add(step: string, outcome: TraceEntry['outcome'], startedMs: number, detail: string): void {
    this.entries.push({ step, outcome, ms: Math.round((performance.now() - startedMs) * 1000) / 1000, detail });
  }

  /** A request is about to be sent to a target. */
  sent(method: string, url: string, fields: readonly string[]): void {
    this.backendRequest = { method, url, fields: [...fields] };
  }
}
