import { portal } from '@gatehouse/contract/management';
import { POLICY_KINDS } from '@gatehouse/gateway';
import { z } from 'zod';
import { type Implementation, implement } from '../operation/implementation.ts';

/** What forms for policies are made of: the schemas that check them. */
export function listPolicies(): Implementation {
  // The same as long as the process runs.
  const items = POLICY_KINDS.map(({ name, summary, config }) => {
    const { $schema: _, title = name, ...schema } = z.toJSONSchema(config, { io: 'input' });
    return { name, title, description: summary, config: { title, ...schema } as Record<string, unknown> };
  }).sort((a, b) => (a.title < b.title ? -1 : 1));
  return implement(portal.listPolicies, async () => ({ body: { items } }));
}
