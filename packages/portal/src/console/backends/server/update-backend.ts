import type { backends } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Changes name, description or owner of a backend service. */
export const updateBackend = operation<typeof backends.updateBackend>('PATCH', '/backends/{name}');
