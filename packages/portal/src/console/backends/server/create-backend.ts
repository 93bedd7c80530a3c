import type { backends } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Creates a backend service, defined nowhere yet. */
export const createBackend = operation<typeof backends.createBackend>('POST', '/backends');
