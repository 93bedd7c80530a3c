import type { GatewayErrorCode } from '@gatehouse/contract';
import type { CompiledRoute, CompiledSnapshot } from '../compile/compiled.ts';
import { traceRoute } from '../debug/traced-route.ts';
import { problemProfile } from '../errors/problem-profile.ts';
import { type Body, BodyTimeoutError, BodyTooLargeError, BufferedBody, readBody } from '../exchange/body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import { ErrorReply, Reply } from '../exchange/reply.ts';
import { resolve, resolvePreflight } from '../routing/resolve.ts';
import type { Responder } from '../wire/wire.ts';
import { PASS, type Verdict } from './policy-kind.ts';

/** What the runner tells of failures that are the gateway's own. */
export interface RunnerLog {
  /** A step, an integration or the runner itself threw. Never shown to the caller. */
  failed(exchange: Exchange, what: string, error: unknown): void;
}

/**
 * Takes one exchange all the way: route, policies, integration, policies in reverse, answer. Fails closed: a step that throws, or that
 * gives no verdict, ends in a 500, never in the backend. Synchronous as long as the steps are.
 */
export class Runner {
  readonly #log: RunnerLog;

  constructor(log: RunnerLog) {
    this.#log = log;
  }

  run(snapshot: CompiledSnapshot, exchange: Exchange, responder: Responder): void {
    try {
      if (exchange.method === 'OPTIONS' && this.#preflight(snapshot, exchange, responder)) return;
      const error = resolve(snapshot, exchange);
      if (exchange.trace !== null && exchange.route !== null) exchange.route = traceRoute(exchange.route, exchange.trace);
      if (error !== undefined) this.#reply(exchange, responder, error, snapshot);
      else if (exchange.requestBody !== null && exchange.requestBody.length > exchange.requestBytesMax)
        this.#reply(exchange, responder, new ErrorReply('request.body-too-large'), snapshot);
      else this.#requestSteps(exchange, responder, exchange.route as CompiledRoute, 0);
    } catch (error) {
      this.#fail(exchange, responder, 'the router', error);
    }
  }

  /** Answers a CORS preflight where a policy of the announced route does; it carries no credentials, so nothing else runs. */
  #preflight(snapshot: CompiledSnapshot, exchange: Exchange, responder: Responder): boolean {
    const route = resolvePreflight(snapshot, exchange);
    if (route === undefined) return false;
    for (const step of route.preflightSteps) {
      const verdict = step.run(exchange);
      if (verdict === PASS) continue;
      if (!(verdict instanceof Reply)) throw new TypeError(`The policy ${step.policy} gave no verdict`);
      exchange.refusedBy = verdict instanceof ErrorReply ? step.policy : null;
      this.#reply(exchange, responder, verdict, null);
      return true;
    }
    return false;
  }

  #requestSteps(exchange: Exchange, responder: Responder, route: CompiledRoute, from: number): void {
    const steps = route.requestSteps;
    for (let i = from; i < steps.length; i++) {
      const step = steps[i] as CompiledRoute['requestSteps'][number];
      const body = exchange.requestBody;
      if (step.bodyBytesMax >= 0 && body !== null && !(body instanceof BufferedBody && body.length <= step.bodyBytesMax)) {
        this.#bufferBody(exchange, responder, route, i, body);
        return;
      }
      const verdict = step.run(exchange);
      if (verdict === PASS) continue;
      if (verdict instanceof Promise) {
        verdict.then(
          (late) => {
            if (!this.#settled(exchange, responder, late, step.policy))
              this.#guarded(exchange, responder, () => this.#requestSteps(exchange, responder, route, i + 1));
          },
          (error: unknown) => this.#fail(exchange, responder, `the policy ${step.policy}`, error),
        );
        return;
      }
      if (this.#settled(exchange, responder, verdict, step.policy)) return;
    }
    this.#invoke(exchange, responder, route);
  }

  /** Reads the body for a step that declared that it looks at it, then goes on with that step. */
  #bufferBody(exchange: Exchange, responder: Responder, route: CompiledRoute, index: number, body: Body): void {
    const step = route.requestSteps[index] as CompiledRoute['requestSteps'][number];
    readBody(body, step.bodyBytesMax).then(
      (buffered) => {
        exchange.requestBody = buffered;
        this.#guarded(exchange, responder, () => this.#requestSteps(exchange, responder, route, index));
      },
      (error: unknown) => {
        exchange.refusedBy = step.policy;
        this.#guarded(exchange, responder, () => this.#reply(exchange, responder, new ErrorReply(bodyErrorCode(error)), null));
      },
    );
  }

  /** Whether a verdict ended the way. Anything but PASS or a Reply throws, so that a forgotten return fails closed. */
  #settled(exchange: Exchange, responder: Responder, verdict: Verdict, policy: string): boolean {
    if (verdict === PASS) return false;
    if (!(verdict instanceof Reply)) {
      this.#fail(exchange, responder, `the policy ${policy}`, new TypeError('It gave no verdict'));
      return true;
    }
    if (verdict instanceof ErrorReply) exchange.refusedBy = policy;
    this.#guarded(exchange, responder, () => this.#reply(exchange, responder, verdict, null));
    return true;
  }

  #invoke(exchange: Exchange, responder: Responder, route: CompiledRoute): void {
    const answer = route.integration.invoke(exchange);
    if (answer instanceof Promise) {
      answer.then(
        (reply) => {
          if (reply === undefined) this.#responseSteps(exchange, responder, route, 0);
          else this.#guarded(exchange, responder, () => this.#reply(exchange, responder, reply, null));
        },
        (error: unknown) => this.#fail(exchange, responder, 'the integration', error),
      );
    } else if (answer === undefined) {
      this.#responseSteps(exchange, responder, route, 0);
    } else {
      this.#reply(exchange, responder, answer, null);
    }
  }

  /** Answers with a reply of our own. `snapshot` is given when no API was found: its error profile is used. */
  #reply(exchange: Exchange, responder: Responder, reply: Reply, snapshot: CompiledSnapshot | null): void {
    let answer = reply;
    if (reply instanceof ErrorReply) {
      exchange.error = reply;
      const profile = exchange.publication?.errors ?? snapshot?.errors ?? problemProfile;
      answer = profile.render(reply, exchange, exchange.requestId);
    }
    exchange.status = answer.status;
    exchange.reason = '';
    exchange.response = new Fields([...answer.fields]);
    exchange.responseBody = answer.body ?? null;
    const { route } = exchange;
    if (route === null) responder.send(exchange);
    else this.#responseSteps(exchange, responder, route, 0);
  }

  #responseSteps(exchange: Exchange, responder: Responder, route: CompiledRoute, from: number): void {
    const steps = route.responseSteps;
    try {
      for (let i = from; i < steps.length; i++) {
        const step = steps[i] as CompiledRoute['responseSteps'][number];
        const late = step.run(exchange);
        if (late instanceof Promise) {
          late.then(
            () => this.#responseSteps(exchange, responder, route, i + 1),
            (error: unknown) => this.#fail(exchange, responder, `the policy ${step.policy}`, error),
          );
          return;
        }
      }
    } catch (error) {
      this.#fail(exchange, responder, 'a policy on the response', error);
      return;
    }
    responder.send(exchange);
  }

  #guarded(exchange: Exchange, responder: Responder, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(exchange, responder, 'a policy', error);
    }
  }

  /** The gateway's own failure: a bare 500 on which no further step runs. */
  #fail(exchange: Exchange, responder: Responder, what: string, error: unknown): void {
    this.#log.failed(exchange, what, error);
    const body = exchange.responseBody;
    if (body !== null && typeof body === 'object' && 'cancel' in body) body.cancel(new Error('The gateway failed'));
    exchange.backendCall?.cancel();
    exchange.tunnel?.destroy();
    exchange.tunnel = null;
    const reply = new ErrorReply('gateway.internal');
    exchange.error = reply;
    const answer = (exchange.publication?.errors ?? problemProfile).render(reply, exchange, exchange.requestId);
    exchange.status = answer.status;
    exchange.reason = '';
    exchange.response = new Fields([...answer.fields]);
    exchange.responseBody = answer.body ?? null;
    responder.send(exchange);
  }
}

function bodyErrorCode(error: unknown): GatewayErrorCode {
  if (error instanceof BodyTooLargeError) return 'request.body-too-large';
  if (error instanceof BodyTimeoutError) return 'request.timeout';
  return 'request.malformed';
}
