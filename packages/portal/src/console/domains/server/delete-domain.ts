import type { system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Frees a host. */
export const deleteDomain = operation<typeof system.deleteDomain>('DELETE', '/domains/{host}');
