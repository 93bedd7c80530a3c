import type { z } from 'zod';
import type { Nonces } from '../authentication/nonces.ts';
import type { CredentialTable } from '../credentials/credential-table.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Reply } from '../exchange/reply.ts';
import type { RateTable } from '../shared/rate-table.ts';

/** The way goes on. */
export const PASS: unique symbol = Symbol('PASS');

/** A forgotten return does not type-check; a missing verdict throws, so nothing fails open. */
export type Verdict = Reply | typeof PASS;

/**
 * What a step may need that another step provides. `principal`: who calls. `request-body`: the body in memory,
 * which the runner sees to (see `PolicySteps.requestBodyBytesMax`).
 */
export type Fact = 'principal' | 'authorizer' | 'request-body';

/** Where a policy is attached: stable across snapshots, so that what is counted under it survives them. */
export interface PolicyPlace {
  /** For example `petstore/production/GET /pets/policies[1]`, or `policies[0]` for a policy of every API. */
  id: string;
}

/** What the gateway lends to policies. */
export interface Services {
  /** Counters that are exact across the threads of this process and outlive snapshots. */
  rates: RateTable;
  /** Who calls, and what he may: the same for every thread. */
  credentials: CredentialTable;
  /** Which signed requests came before. */
  nonces: Nonces;
  /** Wall clock in milliseconds. */
  now(): number;
}

export interface PolicySteps {
  /** A Reply stops the way. Async only when it must be. */
  onRequest?(exchange: Exchange): Verdict | Promise<Verdict>;
  /** In reverse order, also for our own replies. */
  onResponse?(exchange: Exchange): void | Promise<void>;
  /**
   * A CORS preflight for this route (an OPTIONS request with Origin and Access-Control-Request-Method), which carries no credentials.
   * For preflights only these steps run; when none replies, the request takes the ordinary way.
   */
  onPreflight?(exchange: Exchange): Verdict;
  /** The request body is read into memory before `onRequest`, up to this many bytes (413 beyond). */
  requestBodyBytesMax?: number;
  /** When the snapshot retires. */
  close?(): void | Promise<void>;
}

/** One kind of policy: what it does. When it applies is where it is attached. */
export interface PolicyKind<Schema extends z.ZodType = z.ZodType> {
  /** Folder, configuration key, metric label and docs slug. */
  name: string;
  /** One sentence for docs and forms. */
  summary: string;
  config: Schema;
  /** Facts that must be provided by an earlier policy, or by the runner. Unmet: compile error. */
  needs?(config: z.output<Schema>): readonly Fact[];
  provides?: readonly Fact[];
  /** `stack`: attached twice, it runs twice. `replace`: the most specific attachment is the only one. */
  attachedTwice: 'stack' | 'replace';
  /**
   * Once per attachment: once for a policy of every API, once per publication for an API's own, once per route and publication
   * for an operation's. Throws `PolicyConfigError` when the configuration cannot work there.
   */
  compile(config: z.output<Schema>, place: PolicyPlace, services: Services): PolicySteps;
}

/** A configuration that the schema allows and that cannot work where it is attached. The message goes to the user. */
export class PolicyConfigError extends Error {
  override name = 'PolicyConfigError';
}

/** Declares a policy kind; keeps the link between its schema and its `compile`. */
export function definePolicy<Schema extends z.ZodType>(kind: PolicyKind<Schema>): PolicyKind<Schema> {
  return kind;
}
