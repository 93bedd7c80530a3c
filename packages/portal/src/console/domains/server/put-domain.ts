import type { system } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Binds a host, or changes what its paths lead to. */
export const putDomain = operation<typeof system.putDomain>('PUT', '/domains/{host}');
