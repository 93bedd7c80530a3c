import type { PolicyUse, Problem } from '@gatehouse/contract';
import { type Fact, PolicyConfigError, type PolicyKind, type PolicySteps, type Services } from '../pipeline/policy-kind.ts';
import { findPolicyKind } from '../policies/policy-registry.ts';
import type { PreflightStep, RequestStep, ResponseStep } from './compiled.ts';

/** A policy where it is attached, ready to be put into chains. */
export interface AttachedPolicy {
  kind: PolicyKind;
  needs: readonly Fact[];
  steps: PolicySteps;
  at: string | undefined;
}

/** The steps of one route, in the order in which they run. */
export interface StepChain {
  requestSteps: readonly RequestStep[];
  responseSteps: readonly ResponseStep[];
  preflightSteps: readonly PreflightStep[];
}

/** Compiles the policies of one attachment. What cannot work becomes a problem; nothing is skipped silently. */
export function compileAttachment(uses: readonly PolicyUse[], id: string, services: Services, problems: Problem[]): AttachedPolicy[] {
  const attached: AttachedPolicy[] = [];
  uses.forEach((use, index) => {
    const kind = findPolicyKind(use.name);
    if (kind === undefined) {
      problems.push(problem('policy.unknown', `There is no policy "${use.name}"`, use.at, id));
      return;
    }
    try {
      attached.push({
        kind,
        needs: kind.needs?.(use.config) ?? [],
        steps: kind.compile(use.config, { id: `${id}/policies[${index}]` }, services),
        at: use.at,
      });
    } catch (error) {
      if (!(error instanceof PolicyConfigError)) throw error;
      problems.push(problem('policy.invalid', `${use.name}: ${error.message}`, use.at, id));
    }
  });
  return attached;
}

/** Facts that the runner itself sees to. */
const ALWAYS: readonly Fact[] = ['request-body'];

/**
 * Builds the chain of a route: outermost first, a `replace` kind only where it is attached last. Facts that are not met are problems.
 * `authentication`, when callers are authenticated, comes before every policy.
 */
export function composeChain(
  levels: readonly (readonly AttachedPolicy[])[],
  authentication: RequestStep | null,
  id: string,
  problems: Problem[],
): StepChain {
  const all = levels.flat();
  const chain = all.filter(
    (policy, index) => policy.kind.attachedTwice === 'stack' || !all.some((later, at) => at > index && later.kind === policy.kind),
  );
  const provided = new Set<Fact>(ALWAYS);
  if (authentication !== null) provided.add('principal');
  const requestSteps: RequestStep[] = authentication === null ? [] : [authentication];
  const responseSteps: ResponseStep[] = [];
  const preflightSteps: PreflightStep[] = [];
  for (const { kind, needs, steps, at } of chain) {
    for (const fact of needs) {
      if (!provided.has(fact)) {
        const hint = fact === 'principal' ? ': callers are authenticated with auth: app on the API or its operation' : '';
        const message = `${kind.name} needs to know the ${fact}, which nothing before it provides${hint}`;
        problems.push(problem('policy.fact-missing', message, at, id));
      }
    }
    for (const fact of kind.provides ?? []) provided.add(fact);
    const policy = kind.name;
    if (steps.onRequest !== undefined) {
      requestSteps.push({ policy, run: steps.onRequest.bind(steps), bodyBytesMax: steps.requestBodyBytesMax ?? -1 });
    }
    if (steps.onResponse !== undefined) responseSteps.unshift({ policy, run: steps.onResponse.bind(steps) });
    if (steps.onPreflight !== undefined) preflightSteps.push({ policy, run: steps.onPreflight.bind(steps) });
  }
  return { requestSteps, responseSteps, preflightSteps };
}

function problem(code: string, message: string, at: string | undefined, id: string): Problem {
  return { severity: 'error', code, message: at === undefined ? `${message} (in ${id})` : message, ...placed(at) };
}

/** Reads `file:line:column` back into a place. */
export function placed(at: string | undefined): Pick<Problem, 'place'> {
  const match = at === undefined ? null : /^(.+):(\d+):(\d+)$/.exec(at);
  return match === null ? {} : { place: { file: match[1] as string, line: Number(match[2]), column: Number(match[3]) } };
}
