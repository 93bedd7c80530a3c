import { z } from 'zod';

/** A request to be sent through the gateway for somebody who wants to see what happens to it. */
export const debugRequest = z.strictObject({
  method: z.string().regex(/^[A-Z]{1,20}$/, 'must be an HTTP method in upper case'),
  path: z
    .string()
    .min(1)
    .max(8192)
    .startsWith('/')
    .meta({ description: "Below the API's base path, as its operations are written: /pets/7." }),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  body: z
    .string()
    .max(1024 * 1024)
    .optional()
    .meta({ description: 'Sent as UTF-8.' }),
});

const fields = z.record(z.string(), z.array(z.string()));

const debugBody = {
  body: z.string().meta({ description: 'As text; base64 when bodyEncoding says so.' }),
  bodyEncoding: z.enum(['utf8', 'base64']),
  truncated: z.boolean(),
};

/** What came of it. */
export const debugResult = z.strictObject({
  response: z.strictObject({
    status: z.number().int().meta({ description: '0: there was no answer in time.' }),
    headers: fields,
    ...debugBody,
  }),
  trace: z.array(
    z.strictObject({
      step: z
        .string()
        .meta({ description: 'route, authentication, a policy (request:cors, response:cors), integration:http, or response.' }),
      outcome: z.enum(['passed', 'refused', 'failed', 'skipped']),
      ms: z.number(),
      detail: z.string().meta({ description: 'One sentence for people.' }),
    }),
  ),
  backendRequest: z
    .strictObject({ method: z.string(), url: z.string(), headers: fields, ...debugBody })
    .nullable()
    .meta({ description: 'What the backend was sent, credentials left out; null when it was not asked.' }),
});

export type DebugRequest = z.output<typeof debugRequest>;
export type DebugResult = z.output<typeof debugResult>;

/** A debug request as it reaches a node. */
export interface DebugCall {
  api: string;
  environment: string;
  /** Id of the app that it is sent as; it needs no credentials and is authorized as ever. Null: as an unknown caller. */
  app: string | null;
  request: DebugRequest;
  /** The IP address that counts as the caller's, for policies that look at it and for the backend. Default: 127.0.0.1. */
  clientAddress?: string;
  /** How long it may take, its backend included; then what is there by then is the answer. Default, and at most, 30,000 ms. */
  timeoutMs?: number;
}
