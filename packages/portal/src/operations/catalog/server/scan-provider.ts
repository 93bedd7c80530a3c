import type { catalog } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Scans a source now. */
export const scanProvider = operation<typeof catalog.scanProvider>('POST', '/catalog/providers/{name}/scans');
