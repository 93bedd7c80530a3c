import type { Operation, OperationCall, OperationInput, OperationResult } from '@gatehouse/contract/management';

/** What may be given with every call. */
export interface CallOptions {
  /** Longest wait for the whole answer, in milliseconds; default: the client's. */
  timeoutMs?: number;
  /** Gives up when it aborts. */
  signal?: AbortSignal;
}

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { [Name in Key]?: undefined }
  : Record<never, never> extends Value
    ? { [Name in Key]?: Value }
    : { [Name in Key]: Value };

/**
 * What stands in a URL is text there, and what it is read as here: `limit: 10` and `confirm: true` instead of `'10'` and `'true'`.
 * What may be left out is what the operation says.
 */
type InUrl<Given, Read> = {
  [Name in keyof Given]: Name extends keyof Read ? Read[Name] | (unknown extends Given[Name] ? never : Given[Name]) : Given[Name];
};

/** The parts of a request of an operation; those that it does not have, or does not need, may be left out. */
export type Parts<Op extends Operation> = Part<'params', InUrl<OperationCall<Op>['params'], OperationInput<Op>['params']>> &
  Part<'query', InUrl<OperationCall<Op>['query'], OperationInput<Op>['query']>> &
  Part<'body', OperationCall<Op>['body']>;

/** What `call` takes. `ifMatch`: the version that the resource must still have, else `version.stale`. */
export type CallInput<Op extends Operation> = Parts<Op> & CallOptions & { ifMatch?: number };

/** One page of a list. */
interface Page {
  items: unknown[];
  nextCursor?: string | undefined;
}

/** An operation that answers with one page of a list; `never` for any other. */
export type PagedOperation<Op extends Operation> = OperationResult<Op> extends Page ? Op : never;
