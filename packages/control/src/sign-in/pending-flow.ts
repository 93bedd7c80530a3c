import { z } from 'zod';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { SealedTextError } from '../secrets/installation-key.ts';
import type { StartedFlow } from './sign-in-provider.ts';

/** How long somebody may take at the provider, ms. */
export const FLOW_MS = 10 * 60_000;
/** A sealed flow is never longer. */
const CHARS_MAX = 4096;

/** A sign-in that has begun and not come back yet. */
export interface PendingFlow extends StartedFlow {
  redirect: string;
  startedAtMs: number;
}

const schema = z.strictObject({
  redirectUri: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirect: z.string(),
  startedAtMs: z.number(),
});

/** The flow as a text for the browser to keep, which only this installation can read or make. It opens for the same provider only. */
export function sealFlow(flow: PendingFlow, providerId: string, key: InstallationKey): string {
  return key.seal(JSON.stringify(flow), context(providerId));
}

/** The flow of a cookie; undefined: it is none, is of another provider, or has taken too long. */
export function openFlow(sealed: string | undefined, providerId: string, key: InstallationKey, nowMs: number): PendingFlow | undefined {
  if (sealed === undefined || sealed.length > CHARS_MAX) return undefined;
  try {
    const flow = schema.parse(JSON.parse(key.open(sealed, context(providerId))));
    const age = nowMs - flow.startedAtMs;
    return age >= 0 && age < FLOW_MS ? flow : undefined;
  } catch (error) {
    if (error instanceof SealedTextError) return undefined;
    throw error;
  }
}

function context(providerId: string): string {
  return `sign-in/${providerId}`;
}
