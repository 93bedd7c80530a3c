import type { system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Forgets a node that is gone. */
export const forgetNode = operation<typeof system.deleteNode>('DELETE', '/nodes/{id}');
