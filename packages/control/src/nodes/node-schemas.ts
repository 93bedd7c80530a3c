import { DURATION_BUCKETS, NODE_PROTOCOL } from '@gatehouse/contract';
import { z } from 'zod';

// What is not known here is left out, not refused: a node may be a version ahead.

/** PostgreSQL stores no NUL, and what is shown in terminals and logs must not steer them. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must hold no control characters');

const name = text(128).min(1);
const id = text(64).min(1);
const number = z.number().int().min(0);
const snapshotState = z.object({ number, hash: text(128) });

/** The body of `POST /api/v1/node/stream`. With 100,000 revisions it has about 8 MB. */
export const nodeHello = z.object({
  protocol: z.literal(NODE_PROTOCOL, { error: `this control plane speaks version ${NODE_PROTOCOL} of the node protocol` }),
  id,
  bootId: id,
  name,
  address: text(256),
  version: text(64),
  snapshot: snapshotState.nullable(),
  revisions: z.array(z.string().max(256)).max(200_000),
  credentials: z.object({ cursor: number, count: number, sums: z.tuple([number, number]) }).nullable(),
});

const problem = z.object({
  severity: z.enum(['error', 'warning', 'hint']),
  code: z.string().max(128),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  place: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional(),
});

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const counts = z.array(number).length(DURATION_BUCKETS);
const time = z.number().int().min(0).max(8.64e15);

/** See `TrafficReport`. Names of operations may hold anything: what cannot be stored as it is is counted with others. */
const trafficReport = z.object({
  bootId: id,
  sequence: z.number().int().min(1),
  sentAt: time,
  series: z
    .array(
      z.object({
        api: name,
        environment: name,
        operation: z.string(),
        minute: time,
        requests: number,
        clientErrors: number,
        serverErrors: number,
        durations: counts,
        durationMs: count,
        backendDurations: counts,
        backendDurationMs: count,
        errors: z.array(z.tuple([text(128), number])).max(200),
      }),
    )
    .max(5_000),
  calls: z
    .array(
      z.object({
        app: id,
        proven: z.boolean(),
        at: time,
        requestId: text(128),
        api: text(128),
        environment: text(128),
        operation: z.string().nullable(),
        status: z.number().int().min(0).max(999),
        ms: count,
        code: text(128).nullable(),
      }),
    )
    .max(5_000),
  lost: number,
});

/**
 * The body of `POST /api/v1/node/reports`; answered with 204. A debug result has up to some megabytes, and is looked at by who asked for
 * it.
 */
export const nodeReports = z.object({
  id,
  reports: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('applied'), number, hash: text(128) }),
        z.object({ type: z.literal('rejected'), number, problems: z.array(problem).max(100) }),
        z.object({ type: z.literal('credentials'), cursor: number }),
        z.object({ type: z.literal('alive'), snapshot: snapshotState.nullable(), cursor: number.nullable() }),
        z.object({ type: z.literal('debugged'), id, result: z.unknown() }),
        z.object({ type: z.literal('debug-failed'), id, message: z.string().max(2000) }),
        z.object({ type: z.literal('traffic'), report: trafficReport }),
      ]),
    )
    .max(1000),
});
