import type { CallRecord } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { FairSample } from './fair-sample.ts';

/** How many calls are kept between two drains: in all, and of one app. */
export interface CallLimits {
  errors: readonly [max: number, appMax: number];
  successes: readonly [max: number, appMax: number];
  /** Refused before the caller had shown who he is: they are kept apart, so that nobody crowds out what an app did itself. */
  unproven: readonly [max: number, appMax: number];
}

/** Of a thread between two drains, which are some seconds apart. */
export const THREAD_CALL_LIMITS: CallLimits = { errors: [200, 40], successes: [50, 10], unproven: [50, 5] };

const ERROR_STATUS = 400;

/** Some calls of apps: errors as far as possible, successes where there is room. */
export class CallSample {
  readonly #errors: FairSample<CallRecord>;
  readonly #successes: FairSample<CallRecord>;
  readonly #unproven: FairSample<CallRecord>;

  constructor(limits: CallLimits) {
    this.#errors = new FairSample(...limits.errors);
    this.#successes = new FairSample(...limits.successes);
    this.#unproven = new FairSample(...limits.unproven);
  }

  /** An exchange is over. Called for every request: what is not kept costs a comparison or two, and a lookup when an app called. */
  note(exchange: Exchange, nowMs: number): void {
    const { principal, error } = exchange;
    if (principal !== null) {
      if (principal.kind !== 'app') return;
      const { id } = principal;
      const sample = exchange.status < ERROR_STATUS ? this.#successes : this.#errors;
      if (sample.admits(id)) sample.add(id, toRecord(exchange, id, true, nowMs));
    } else if (error?.app !== undefined) {
      const { id, proven } = error.app;
      const sample = proven ? this.#errors : this.#unproven;
      if (sample.admits(id)) sample.add(id, toRecord(exchange, id, proven, nowMs));
    }
  }

  /** Adds a call that another sample has kept. */
  add(call: CallRecord): void {
    const sample = !call.proven ? this.#unproven : call.status < ERROR_STATUS ? this.#successes : this.#errors;
    sample.add(call.app, call);
  }

  /** Hands over what was kept, once. */
  drain(): CallRecord[] {
    return [...this.#errors.drain(), ...this.#unproven.drain(), ...this.#successes.drain()];
  }
}

function toRecord(exchange: Exchange, app: string, proven: boolean, nowMs: number): CallRecord {
  const { route, publication, error } = exchange;
  const ms = Math.max(0, nowMs - exchange.startedMs);
  return {
    app,
    proven,
    at: Math.round(Date.now() - ms),
    requestId: exchange.requestId,
    api: publication?.api ?? '',
    environment: exchange.environment,
    operation: route === null ? null : `${route.method} ${route.template}`,
    status: exchange.status,
    ms: Math.round(ms * 1000) / 1000,
    code: error?.code ?? null,
  };
}
