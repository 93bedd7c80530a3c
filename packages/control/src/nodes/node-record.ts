import type { NodeHello, NodeReport } from '@gatehouse/contract';
import { formatProblem } from '@gatehouse/contract';
import type { NodesTable } from '../schema/tables.ts';
import { type NodeIdentity, tokenOf } from './node-gateway.ts';

const REASON_LENGTH_MAX = 2_000;
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]+/g;

/** The columns of a node that has said hello. */
export function toConnectedRow(
  hello: NodeHello,
  identity: NodeIdentity,
  instance: string,
  nowMs: number,
): Omit<NodesTable, 'id' | 'first_seen_at'> {
  return {
    name: hello.name,
    kind: identity.kind,
    address: hello.address,
    version: hello.version,
    token: tokenOf(identity),
    boot_id: hello.bootId,
    connected_to: instance,
    applied_number: hello.snapshot?.number ?? null,
    applied_hash: hello.snapshot?.hash ?? null,
    applied_at: hello.snapshot === null ? null : nowMs,
    // It is sent on every new stream what it has not applied, and says again what it makes of it.
    rejected_number: null,
    rejected_reason: null,
    rejected_at: null,
    credentials_cursor: hello.credentials?.cursor ?? null,
    last_seen_at: nowMs,
  };
}

/** What a report changes in the row of its node. */
export function toRowChange(report: NodeReport, nowMs: number): Partial<NodesTable> {
  switch (report.type) {
    case 'applied':
      return {
        applied_number: report.number,
        applied_hash: report.hash,
        applied_at: nowMs,
        rejected_number: null,
        rejected_reason: null,
        rejected_at: null,
        last_seen_at: nowMs,
      };
    case 'rejected':
      return {
        rejected_number: report.number,
        rejected_reason: toReason(report),
        rejected_at: nowMs,
        last_seen_at: nowMs,
      };
    case 'credentials':
      return { credentials_cursor: report.cursor, last_seen_at: nowMs };
    case 'alive':
      return {
        ...(report.snapshot === null ? {} : { applied_number: report.snapshot.number, applied_hash: report.snapshot.hash }),
        ...(report.cursor === null ? {} : { credentials_cursor: report.cursor }),
        last_seen_at: nowMs,
      };
    default:
      return { last_seen_at: nowMs };
  }
}

function toReason({ problems }: Extract<NodeReport, { type: 'rejected' }>): string {
  // Of the node's making, such as a stack with its lines: PostgreSQL takes no NUL, and whoever reads it no terminal sequences.
  const text = problems.map(formatProblem).join('; ').replace(CONTROL_CHARACTERS, ' ') || 'no reason given';
  return text.length <= REASON_LENGTH_MAX ? text : `${text.slice(0, REASON_LENGTH_MAX)} …`;
}
