export type { CallInput, CallOptions, PagedOperation, Parts } from './call-input.ts';
export { type CallAnswer, createManagementClient, type ManagementClient, type ManagementClientOptions } from './client.ts';
export { ManagementError, type ManagementProblem } from './management-error.ts';
export { UnreachableError } from './unreachable-error.ts';
