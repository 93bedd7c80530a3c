import type { AppRecord, CredentialsState, DebugCall, DebugResult, PackedSnapshot, Problem } from '@gatehouse/contract';
import type { TrafficSource } from '../telemetry/traffic-source.ts';

/** Where the node tells what happens to it; pino fits. */
export interface NodeLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The gateway, as far as the node feeds it. */
export interface NodeGatewayPort {
  /** Makes a snapshot live everywhere or nowhere. Rejects when the gateway cannot work at all, such as when its port is taken. */
  apply(snapshot: PackedSnapshot): Promise<{ applied: boolean; problems: Problem[] }>;
  readonly credentials: NodeCredentials;
  /** Runs a request the way that traffic goes. */
  debug(call: DebugCall): Promise<DebugResult>;
  /** Begins to keep what is to be told of the traffic. Absent: nothing is told. */
  recordTraffic?(): TrafficSource;
}

/** The credentials that the gateway knows. `CredentialStore` is one. */
export interface NodeCredentials {
  /**
   * Begins a whole new set; what is known stays in use until it is committed, and is then replaced at once as far as requests can see.
   * `codeKey`: base64 of the key for AppCode hashes.
   */
  stage(codeKey: string): { put(app: AppRecord): void; commit(cursor: number): void; discard(): void };
  upsert(app: AppRecord): void;
  /** Ids that are not known are left alone. */
  remove(id: string): unknown;
  /** What is known: see `CredentialsState`. */
  state(): Pick<CredentialsState, 'count' | 'sums'>;
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
