import type { PackedSnapshot } from '@gatehouse/contract';
import type { SnapshotAssembler } from './snapshot-assembler.ts';

/** How a node stands, for readiness and metrics. Times are milliseconds since the epoch. */
export interface NodeStatus {
  /** It serves a snapshot and knows its credentials. */
  ready: boolean;
  /** It has a stream, and hears from the control plane. */
  controlConnected: boolean;
  snapshot: { number: number; hash: string; appliedAtMs: number; from: 'disk' | 'control' } | null;
  /** When the control plane last said that what the node has is the newest; null: not since the start. */
  confirmedAtMs: number | null;
  /** What it was sent and could not apply, when that is the last that it was sent. */
  rejected: { number: number; reason: string } | null;
  credentialsCursor: number | null;
}

/** What the node has, whichever stream brought it. */
export interface NodeState {
  live: PackedSnapshot | null;
  liveSince: { appliedAtMs: number; from: 'disk' | 'control' } | null;
  rejected: { number: number; hash: string; reason: string } | null;
  /**
   * Of what the gateway knows: up to which change, and with which key. Not sound: it is in use, and is not what the control plane has.
   */
  credentials: { cursor: number; codeKey: string; sound: boolean } | null;
  confirmedAtMs: number | null;
  connected: boolean;
  readonly assembler: SnapshotAssembler;
}
