import type { PolicyKind } from '../pipeline/policy-kind.ts';
import { corsPolicy } from './cors/policy.ts';
import { headersPolicy } from './headers/policy.ts';
import { ipRestrictionPolicy } from './ip-restriction/policy.ts';
import { proxyEndpointPolicy } from './proxy-endpoint/policy.ts';
import { rateLimitPolicy } from './rate-limit/policy.ts';
import { requestSizePolicy } from './request-size/policy.ts';

/** Every kind of policy. Adding one is its folder, its page in docs/policies and its line here. */
export const POLICY_KINDS: readonly PolicyKind[] = [corsPolicy, headersPolicy, ipRestrictionPolicy, rateLimitPolicy, requestSizePolicy];

/** Not for configurations: the schema of a `policies` list does not know them. */
const INTERNAL_KINDS: readonly PolicyKind[] = [proxyEndpointPolicy];

const byName = new Map([...POLICY_KINDS, ...INTERNAL_KINDS].map((kind) => [kind.name, kind]));

/** The kind of policy with that name, or undefined: an unknown policy is the caller's error to report, never to skip. */
export function findPolicyKind(name: string): PolicyKind | undefined {
  return byName.get(name);
}
