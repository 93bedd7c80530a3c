import type { z } from 'zod';
import type { ManagementErrorCode } from './errors.ts';

/**
 * Who may call an operation, by role, at least: each role may do what the ones before it may. `public`: anybody. `node`: gateway nodes
 * only. Ownership narrows it further: see docs/access.md.
 */
export type Access = 'public' | 'viewer' | 'developer' | 'publisher' | 'admin' | 'node';

/** One operation of the management interface: what goes in, what comes out. Says nothing about how it is done. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  /** `backends.create`: unique; operationId, audit action and name of the client's method. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, parameters in braces: `/backends/{name}`. */
  path: string;
  /** One sentence. */
  summary: string;
  access: Access;
  params: Params;
  query: Query;
  body: Body;
  /** The body of a success. */
  result: Result;
  /** Statuses of success, the usual one first. */
  statuses: readonly number[];
  /** What it may be refused with, beyond what every operation may (not authenticated, not allowed, invalid, unavailable). */
  errors: readonly ManagementErrorCode[];
  /** It changes a resource that has a version, or what belongs to one: takes `If-Match` with that version, answers with `ETag`. */
  versioned?: boolean;
}

type Parts = 'params' | 'query' | 'body';
type Given = Omit<Operation, Parts | 'result'> & Partial<Pick<Operation, Parts | 'result'>>;
type PartOf<Definition, Key extends Parts | 'result'> =
  Definition extends Record<Key, infer Schema extends z.ZodType> ? Schema : z.ZodUndefined;

/** An operation as it was defined, with `z.undefined()` for the parts that it does not have. */
export type Defined<Definition> = Definition & {
  params: PartOf<Definition, 'params'>;
  query: PartOf<Definition, 'query'>;
  body: PartOf<Definition, 'body'>;
  result: PartOf<Definition, 'result'>;
};

/** What a handler gets, defaults filled in. */
export interface OperationInput<Op extends Operation> {
  params: z.output<Op['params']>;
  query: z.output<Op['query']>;
  body: z.output<Op['body']>;
}

/** What a client gives. */
export interface OperationCall<Op extends Operation> {
  params: z.input<Op['params']>;
  query: z.input<Op['query']>;
  body: z.input<Op['body']>;
}

export type OperationResult<Op extends Operation> = z.output<Op['result']>;

/** Declares an operation; parts that it does not have may be left out. */
export function defineOperation<const Definition extends Given>(definition: Definition, none: z.ZodUndefined): Defined<Definition> {
  return { params: none, query: none, body: none, result: none, ...definition } as Defined<Definition>;
}
