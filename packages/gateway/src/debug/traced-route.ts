import { GATEWAY_ERRORS } from '@gatehouse/contract';
import { AUTHENTICATION } from '../authentication/app-authentication.ts';
import type { CompiledRoute } from '../compile/compiled.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { ErrorReply, type Reply } from '../exchange/reply.ts';
import { PASS, type Verdict } from '../pipeline/policy-kind.ts';
import type { Trace } from './trace.ts';

/** The same route, each of whose steps writes down what it did. Ordinary requests never meet one. */
export function traceRoute(route: CompiledRoute, trace: Trace): CompiledRoute {
  return {
    ...route,
    requestSteps: route.requestSteps.map((step) => ({
      ...step,
      run(exchange: Exchange): Verdict | Promise<Verdict> {
        const startedMs = performance.now();
        const verdict = step.run(exchange);
        if (!(verdict instanceof Promise)) return noteVerdict(trace, step.policy, startedMs, verdict);
        return verdict.then((late) => noteVerdict(trace, step.policy, startedMs, late));
      },
    })),
    responseSteps: route.responseSteps.map((step) => ({
      ...step,
      run(exchange: Exchange): void | Promise<void> {
        const startedMs = performance.now();
        const note = () => trace.add(`response:${step.policy}`, 'passed', startedMs, 'The response was seen to');
        const late = step.run(exchange);
        if (!(late instanceof Promise)) return note();
        return late.then(note);
      },
    })),
    integration: {
      kind: route.integration.kind,
      invoke(exchange: Exchange) {
        // Its time was over while a step held it: what its sender was told had come to nothing must not reach a backend now.
        if (exchange.aborted) return new ErrorReply('backend.failed', { cause: 'nobody waits for it any more' });
        const startedMs = performance.now();
        const answer = route.integration.invoke(exchange);
        if (!(answer instanceof Promise)) {
          noteAnswer(trace, route, exchange, startedMs, answer);
          return answer;
        }
        return answer.then((reply) => {
          noteAnswer(trace, route, exchange, startedMs, reply);
          return reply;
        });
      },
    },
  };
}

function noteVerdict(trace: Trace, policy: string, startedMs: number, verdict: Verdict): Verdict {
  const step = policy === AUTHENTICATION ? policy : `request:${policy}`;
  if (verdict === PASS) trace.add(step, 'passed', startedMs, 'The request goes on');
  // Of whom a key is that somebody put into his request, only those are told who sent one of their own apps.
  else trace.add(step, 'refused', startedMs, describe(verdict, policy !== AUTHENTICATION || trace.app !== null));
  return verdict;
}

function noteAnswer(trace: Trace, route: CompiledRoute, exchange: Exchange, startedMs: number, reply: Reply | undefined): void {
  const retries = exchange.retries === 0 ? '' : `, after ${exchange.retries} ${exchange.retries === 1 ? 'retry' : 'retries'}`;
  if (reply instanceof ErrorReply) {
    trace.add(`integration:${route.integration.kind}`, 'failed', startedMs, `${describe(reply)}${retries}`);
  } else if (exchange.backendStatus === 0) {
    trace.add(
      `integration:${route.integration.kind}`,
      'passed',
      startedMs,
      `The gateway itself answered ${reply?.status ?? exchange.status}`,
    );
  } else {
    const detail = `${exchange.backendTarget} answered ${exchange.backendStatus}${retries}`;
    trace.add(`integration:${route.integration.kind}`, 'passed', startedMs, detail);
  }
}

/** An answer of the gateway in one sentence; `withCause`: also what callers are not told. */
export function describe(reply: Reply, withCause = true): string {
  if (!(reply instanceof ErrorReply)) return `Answered with ${reply.status}`;
  const why = [reply.detail, withCause ? reply.cause : undefined].filter((text) => text !== undefined).join('; ');
  return `${reply.status} ${reply.code}: ${GATEWAY_ERRORS[reply.code].title}${why === '' ? '' : ` (${why})`}`;
}
