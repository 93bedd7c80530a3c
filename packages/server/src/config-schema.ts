import { createConfigSchema } from '@gatehouse/contract';
import { createPolicyEntrySchema } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';

/** The schema of an entry of a `policies` list: the policies that the gateway has. */
export const policyEntrySchema = createPolicyEntrySchema(POLICY_KINDS);

/** The schema of gatehouse.yaml, policies included. */
export const configSchema = createConfigSchema({ policy: policyEntrySchema });
