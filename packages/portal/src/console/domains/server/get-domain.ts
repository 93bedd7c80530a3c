import type { system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Shows one host. */
export const getDomain = operation<typeof system.getDomain>('GET', '/domains/{host}');
