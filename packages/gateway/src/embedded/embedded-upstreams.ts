import { parseTargetUrl } from '@gatehouse/contract';
import type { CompiledSnapshot } from '../compile/compiled.ts';
import type { ThreadMetrics } from '../telemetry/metrics.ts';
import type { MetricValue } from '../telemetry/pulled-metric.ts';
import { TargetSlots } from '../threads/target-slots.ts';
import type { Deadlines } from '../upstream/deadlines.ts';
import { HealthChecker, type HealthLog } from '../upstream/health-checker.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { type StagedUpstreams, UpstreamRegistry } from '../upstream/upstream-registry.ts';

/** Room for this many targets at a time. */
const TARGETS_MAX = 2048;

/** The upstreams of a gateway of one thread, with the states and the health of their targets: they outlive snapshots. */
export class EmbeddedUpstreams {
  readonly #states = TargetStates.create(TARGETS_MAX, 1, Date.now());
  readonly #slots = new TargetSlots(TARGETS_MAX, (slot) => this.#states.clear(slot));
  readonly #registry: UpstreamRegistry;
  readonly #health: HealthChecker;
  #targets: { id: string; backend: string; url: string; slot: number }[] = [];

  constructor(deadlines: Deadlines, metrics: ThreadMetrics, log: HealthLog) {
    this.#health = new HealthChecker(this.#states, log);
    this.#registry = new UpstreamRegistry({
      states: this.#states,
      deadlines,
      events: {
        retried: ({ options }) => metrics.retried(options.backend, options.environment),
        ejected: ({ options }, target) => metrics.ejected(options.backend, options.environment, target),
      },
      slotOf: (id) => this.#slots.slotOf(id),
    });
  }

  stage(): StagedUpstreams {
    return this.#registry.stage();
  }

  /** The snapshot is live: what it does not use is retired, what it uses is watched. */
  commit(staged: StagedUpstreams, { publications }: CompiledSnapshot): void {
    this.#registry.commit(staged);
    const watched = new Map(
      publications.flatMap(({ upstreams }) =>
        [...upstreams.values()].flatMap(({ upstream: { options } }) =>
          options.targets.map(({ id, url, slot }) => {
            const { backend, environment, definition } = options;
            return [id, { id, url, slot, backend, environment, definition }] as const;
          }),
        ),
      ),
    );
    this.#slots.keepOnly(new Set(watched.keys()));
    this.#targets = [...watched.values()];
    this.#health.update(
      [...watched.values()].flatMap(({ definition, ...target }) => {
        const { healthCheck: check, tls, protocol } = definition;
        return check === undefined ? [] : [{ ...target, check, tls, ...(protocol === undefined ? {} : { protocol }) }];
      }),
    );
  }

  /** 1 for each target that gets traffic, 0 for the others. */
  health(): MetricValue[] {
    const nowMs = Date.now();
    return this.#targets.map(({ backend, url, slot }) => ({
      labels: { endpoint: backend, target: parseTargetUrl(url).origin },
      value: this.#states.isAvailable(slot, nowMs) ? 1 : 0,
    }));
  }

  stop(): void {
    this.#health.stop();
  }
}
