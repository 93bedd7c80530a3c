import { debugResult, NODE_PROTOCOL } from '@gatehouse/contract';
import { z } from 'zod';

const name = z.string().min(1).max(128);
const id = z.string().min(1).max(64);
const number = z.number().int().min(0);
const snapshotState = z.strictObject({ number, hash: z.string().max(128) });

/** The body of `POST /api/v1/node/stream`. With 100,000 revisions it has about 8 MB. */
export const nodeHello = z.strictObject({
  protocol: z.literal(NODE_PROTOCOL, { error: `this control plane speaks version ${NODE_PROTOCOL} of the node protocol` }),
  id,
  name,
  address: z.string().max(256),
  version: z.string().max(64),
  snapshot: snapshotState.nullable(),
  revisions: z.array(z.string().max(256)).max(200_000),
  credentials: z.strictObject({ cursor: number, count: number, sums: z.tuple([number, number]) }).nullable(),
});

const problem = z.strictObject({
  severity: z.enum(['error', 'warning', 'hint']),
  code: z.string().max(128),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  place: z.strictObject({ file: z.string(), line: z.number(), column: z.number() }).optional(),
});

/** The body of `POST /api/v1/node/reports`; answered with 204. A debug result has up to some megabytes. */
export const nodeReports = z.strictObject({
  id,
  reports: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('applied'), number, hash: z.string().max(128) }),
        z.strictObject({ type: z.literal('rejected'), number, problems: z.array(problem).max(100) }),
        z.strictObject({ type: z.literal('credentials'), cursor: number }),
        z.strictObject({ type: z.literal('alive'), snapshot: snapshotState.nullable(), cursor: number.nullable() }),
        z.strictObject({ type: z.literal('debugged'), id, result: debugResult }),
        z.strictObject({ type: z.literal('debug-failed'), id, message: z.string().max(2000) }),
      ]),
    )
    .max(1000),
});
