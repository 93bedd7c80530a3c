import { DURATION_BUCKETS, NODE_PROTOCOL, OPERATION_LENGTH_MAX, OTHER_OPERATIONS } from '@gatehouse/contract';
import { z } from 'zod';
import { isStorable } from '../operation/is-storable.ts';

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

/** Of one node in one minute; sums of them still fit. */
const requests = z
  .number()
  .int()
  .min(0)
  .max(2 ** 40);
const sumMs = z
  .number()
  .min(0)
  .max(2 ** 50);
const counts = z.array(requests).length(DURATION_BUCKETS);
/** A name that cannot be stored is no reason to lose the figures, and with them those of all others. */
const operation = z.string().transform((name) => (name.length <= OPERATION_LENGTH_MAX && isStorable(name) ? name : OTHER_OPERATIONS));
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
        operation,
        minute: time,
        requests,
        clientErrors: requests,
        serverErrors: requests,
        durations: counts,
        durationMs: sumMs,
        backendDurations: counts,
        backendDurationMs: sumMs,
        errors: z.array(z.tuple([text(128), requests])).max(200),
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
        operation: operation.nullable(),
        status: z.number().int().min(0).max(999),
        ms: z
          .number()
          .min(0)
          .max(2 ** 40),
        code: text(128).nullable(),
      }),
    )
    .max(5_000),
  lost: requests,
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
