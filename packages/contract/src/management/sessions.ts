import { z } from 'zod';
import { operation, timestamp } from './common.ts';

/* Signing in and out is below /api/auth, see docs/sign-in.md; these show and end what came of it. */

export const session = z.strictObject({
  id: z.string(),
  current: z.boolean().meta({ description: 'The one that this was asked with.' }),
  provider: z.string(),
  createdAt: timestamp,
  lastUsedAt: timestamp,
  expiresAt: timestamp,
  address: z.string().nullable().meta({ description: 'Where it was last used from.' }),
  userAgent: z.string().nullable(),
});

export const listSessions = operation({
  id: 'sessions.list',
  method: 'GET',
  path: '/sessions',
  summary: "The caller's own sessions.",
  access: 'viewer',
  result: z.strictObject({ items: z.array(session) }),
  statuses: [200],
  errors: [],
});

export const endSessions = operation({
  id: 'sessions.end-all',
  method: 'DELETE',
  path: '/sessions',
  summary: 'Signs the caller out everywhere, here too.',
  access: 'viewer',
  result: z.strictObject({ ended: z.number().int() }),
  statuses: [200],
  errors: [],
});

export const endSession = operation({
  id: 'sessions.end',
  method: 'DELETE',
  path: '/sessions/{id}',
  summary: "Ends one of the caller's own sessions.",
  access: 'viewer',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  result: z.strictObject({ ended: z.string() }),
  statuses: [200],
  errors: ['resource.not-found'],
});
