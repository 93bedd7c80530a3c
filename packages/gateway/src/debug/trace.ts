import type { DebugCall, DebugResult } from '@gatehouse/contract';
import type { CompiledPublication } from '../compile/compiled.ts';

export type TraceEntry = DebugResult['trace'][number];

/** A request as it went to a backend, for whoever debugs it. */
export interface TracedBackendRequest {
  method: string;
  url: string;
  /** Flat list name, value … */
  fields: readonly string[];
}

/** What is debugged: the one publication that an exchange with a trace may reach, and as whom it is sent. */
export type TracedCall = Pick<DebugCall, 'api' | 'environment' | 'app'>;

/** What happens to one exchange, step by step. Only exchanges that are being debugged have one. */
export class Trace {
  readonly api: string;
  readonly environment: string;
  /** Id of the app that the request is sent as, without its credentials; null: an unknown caller. */
  readonly app: string | null;
  readonly entries: TraceEntry[] = [];
  /** The last one that was sent, when there were retries. */
  backendRequest: TracedBackendRequest | null = null;

  constructor({ api, environment, app }: TracedCall) {
    this.api = api;
    this.environment = environment;
    this.app = app;
  }

  /** Whoever debugs may look into this API in this environment, and into nothing else that the path or a field might lead to. */
  covers(publication: Pick<CompiledPublication, 'api' | 'environment'>): boolean {
    return publication.api === this.api && publication.environment === this.environment;
  }

  add(step: string, outcome: TraceEntry['outcome'], startedMs: number, detail: string): void {
    this.entries.push({ step, outcome, ms: Math.round((performance.now() - startedMs) * 1000) / 1000, detail });
  }

  /** A request is about to be sent to a target. */
  sent(method: string, url: string, fields: readonly string[]): void {
    this.backendRequest = { method, url, fields: [...fields] };
  }
}
