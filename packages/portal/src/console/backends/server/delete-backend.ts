import type { backends } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Deletes a backend service that nothing uses. */
export const deleteBackend = operation<typeof backends.deleteBackend>('DELETE', '/backends/{name}');
