import { RoutingError } from './routing-error.ts';
import { SegmentMap } from './segment-map.ts';

/** What Alibaba's clients call the environments (`X-Ca-Stage`). An environment that really has such a name comes first. */
const STAGE_NAMES: readonly (readonly [stage: string, environment: string])[] = [
  ['test', 'test'],
  ['pre', 'pre'],
  ['release', 'production'],
];

/** Environments by the ways in which a request names one. */
export class EnvironmentIndex<Environment extends { readonly name: string }> {
  readonly all: readonly Environment[];
  /** Key: name or stage name in lower case. */
  readonly #byStage = new Map<string, Environment>();
  readonly #bySegment = new SegmentMap<Environment>();

  /**
   * `RELEASE` is the default environment where none is called production. Throws a `RoutingError` with code
   * `routing.duplicate-environment` when two names differ in case only, since the header is read in any case.
   */
  constructor(environments: Iterable<Environment>, defaultEnvironment: Environment) {
    this.all = [...environments];
    for (const environment of this.all) {
      const key = environment.name.toLowerCase();
      if (this.#byStage.has(key))
        throw new RoutingError('routing.duplicate-environment', `The environment ${environment.name} exists twice`);
      this.#byStage.set(key, environment);
      this.#bySegment.add(environment.name, environment);
    }
    for (const [stage, name] of STAGE_NAMES) {
      if (this.#byStage.has(stage)) continue;
      const environment = this.#byStage.get(name) ?? (stage === 'release' ? defaultEnvironment : undefined);
      if (environment !== undefined) this.#byStage.set(stage, environment);
    }
  }

  /** The environment that a value of the field `X-Ca-Stage` names, in any case. */
  byStage(value: string): Environment | undefined {
    return this.#byStage.get(value.toLowerCase());
  }

  /** The environment whose name, in its own case, is the piece of `path` from `start` to `end`. */
  bySegment(path: string, start: number, end: number): Environment | undefined {
    return this.#bySegment.get(path, start, end);
  }
}
