import type { BackendDefinition } from '@gatehouse/contract';
import type { TargetStates } from './target-states.ts';

/** What a balancer chooses among. */
export interface BalancedTarget {
  readonly slot: number;
  readonly weight: number;
}

/** Chooses the target of one try. `tried` are those that this request has already been to. */
export interface Balancer<Target extends BalancedTarget> {
  pick(tried: readonly Target[], nowMs: number): Target | undefined;
}

/** Adding an algorithm (hashing, say) is one more entry here and its name in the configuration. */
export function createBalancer<Target extends BalancedTarget>(
  kind: BackendDefinition['loadBalancing'],
  targets: readonly Target[],
  states: TargetStates,
): Balancer<Target> {
  return kind === 'least-requests' ? new LeastRequests(targets, states) : new RoundRobin(targets, states);
}

/** Smooth weighted round-robin: the sequence that spreads each target's turns evenly, worked out once. */
class RoundRobin<Target extends BalancedTarget> implements Balancer<Target> {
  readonly #sequence: readonly Target[];
  readonly #states: TargetStates;
  #next = 0;

  constructor(targets: readonly Target[], states: TargetStates) {
    this.#sequence = smoothSequence(targets);
    this.#states = states;
  }

  pick(tried: readonly Target[], nowMs: number): Target | undefined {
    const sequence = this.#sequence;
    for (let step = 0; step < sequence.length; step++) {
      const target = sequence[this.#next] as Target;
      this.#next = this.#next + 1 === sequence.length ? 0 : this.#next + 1;
      if (this.#states.isAvailable(target.slot, nowMs) && !tried.includes(target)) return target;
    }
    return undefined;
  }
}

class LeastRequests<Target extends BalancedTarget> implements Balancer<Target> {
  readonly #targets: readonly Target[];
  readonly #states: TargetStates;
  #start = 0;

  constructor(targets: readonly Target[], states: TargetStates) {
    this.#targets = targets;
    this.#states = states;
  }

  pick(tried: readonly Target[], nowMs: number): Target | undefined {
    const targets = this.#targets;
    let best: Target | undefined;
    let bestLoad = Number.POSITIVE_INFINITY;
    // Ties go round, so that idle targets share the traffic.
    this.#start = this.#start + 1 >= targets.length ? 0 : this.#start + 1;
    for (let i = 0; i < targets.length; i++) {
      const target = targets[(this.#start + i) % targets.length] as Target;
      if (!this.#states.isAvailable(target.slot, nowMs) || tried.includes(target)) continue;
      const load = (this.#states.inFlight(target.slot) + 1) / target.weight;
      if (load < bestLoad) {
        best = target;
        bestLoad = load;
      }
    }
    return best;
  }
}

function smoothSequence<Target extends BalancedTarget>(targets: readonly Target[]): Target[] {
  const divisor = targets.reduce((gcd, target) => greatestCommonDivisor(gcd, target.weight), 0) || 1;
  const weights = targets.map((target) => target.weight / divisor);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const current = weights.map(() => 0);
  const sequence: Target[] = [];
  for (let turn = 0; turn < total; turn++) {
    let best = 0;
    for (let i = 0; i < weights.length; i++) {
      current[i] = (current[i] as number) + (weights[i] as number);
      if ((current[i] as number) > (current[best] as number)) best = i;
    }
    current[best] = (current[best] as number) - total;
    sequence.push(targets[best] as Target);
  }
  return sequence;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
