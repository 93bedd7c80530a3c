import type { OperationResult, portal } from '@gatehouse/contract/management';
import { operation } from '../../../server/operation.ts';

/** Reads an OpenAPI document from text or from a URL, and says what is in it and what is wrong with it. Nothing is saved. */
export const checkDefinition = operation<typeof portal.checkDefinition>('POST', '/definitions');

export type CheckedDefinition = OperationResult<typeof portal.checkDefinition>;
