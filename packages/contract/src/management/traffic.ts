import { z } from 'zod';
import { resourceName } from '../config.ts';
import { named, operation, page, paging, timestamp } from './common.ts';

const ms = z.number().nullable().meta({ description: 'Milliseconds; null: there were no requests.' });

const figures = {
  requests: z.number().int(),
  clientErrors: z.number().int().meta({ description: 'Status 4xx.' }),
  serverErrors: z.number().int().meta({ description: 'Status 5xx.' }),
  p50: ms,
  p95: ms,
  p99: ms,
};

export const apiHealth = operation({
  id: 'publications.health',
  method: 'GET',
  path: '/publications/{api}/{environment}/health',
  summary: 'How a published API behaves: requests, errors and latency over time and by operation, of all nodes together.',
  access: 'viewer',
  params: z.strictObject({ api: resourceName, environment: resourceName }),
  query: z.strictObject({
    since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: three hours ago.' }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: now.' }),
    operation: z.string().max(2100).optional().meta({ description: 'Only this one: `GET /pets/{id}`.' }),
  }),
  result: z.strictObject({
    since: timestamp,
    until: timestamp,
    stepSeconds: z.number().int().meta({ description: 'Width of one point of the series.' }),
    totals: z.strictObject(figures),
    series: z
      .array(z.strictObject({ at: timestamp, ...figures, backendP95: ms }))
      .meta({ description: 'Every step, also those without requests.' }),
    operations: z.array(z.strictObject({ operation: z.string(), ...figures })).meta({ description: 'Most requests first; at most 200.' }),
    errors: z
      .array(z.strictObject({ code: z.string(), requests: z.number().int(), explanation: z.string() }))
      .meta({ description: 'What the gateway itself answered, by its code.' }),
  }),
  statuses: [200],
  errors: ['resource.not-found', 'request.invalid'],
});

export const call = z.strictObject({
  at: timestamp,
  requestId: z.string(),
  api: resourceName,
  environment: resourceName,
  operation: z.string().nullable().meta({ description: '`GET /pets/{id}`; null: no operation of the API.' }),
  status: z.number().int(),
  ms: z.number(),
  code: z.string().nullable().meta({ description: 'Of an error that the gateway answered; null: the backend answered.' }),
  explanation: z.string().nullable().meta({ description: 'What it means and what to do, for people.' }),
  node: z.string(),
});

export const listCalls = operation({
  id: 'apps.calls',
  method: 'GET',
  path: '/apps/{name}/calls',
  summary: 'The latest calls of an app, newest first: errors all, successes as far as there is room.',
  access: 'viewer',
  params: named,
  query: z.strictObject({
    ...paging,
    api: resourceName.optional(),
    environment: resourceName.optional(),
    errors: z.stringbool().default(false).meta({ description: 'true: only status 400 and above.' }),
  }),
  result: page(call),
  statuses: [200],
  errors: ['resource.not-found'],
});
