import type { ApiRevisionSnapshot, PackedSnapshot, PackedTarget, Problem, Snapshot } from '@gatehouse/contract';
import { CredentialStore } from '../credentials/credential-store.ts';
import { CredentialTable } from '../credentials/credential-table.ts';
import type { Services } from '../pipeline/policy-kind.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { compileNow } from './compile-snapshot.ts';
import type { CompiledSnapshot } from './compiled.ts';

const ROUTES_PER_TEXT = 32;

/**
 * Compiles snapshots where nothing runs on them, and packs them. It remembers the last one, so that of the next only what has changed
 * is compiled and written out.
 */
export class SnapshotPacker {
  readonly #upstreams = new UpstreamRegistry({
    states: TargetStates.create(1, 1, Date.now()),
    deadlines: new Deadlines(),
    events: { retried() {}, ejected() {} },
    slotOf: () => 0,
  });
  #compiled: CompiledSnapshot | null = null;
  /** By revision. */
  #texts = new Map<string, string[]>();

  /** Undefined when there are errors. */
  pack(snapshot: Snapshot): { packed: PackedSnapshot | undefined; problems: Problem[] } {
    const upstreams = this.#upstreams.stage();
    const { compiled, problems } = compileNow({ snapshot, services: COMPILE_ONLY, upstreams, previous: this.#compiled });
    if (compiled === undefined) return { packed: undefined, problems };
    this.#upstreams.commit(upstreams);
    this.#compiled = compiled;
    this.#texts = new Map(snapshot.revisions.map(({ id, routes }) => [id, this.#texts.get(id) ?? inTexts(routes)]));
    const packed: PackedSnapshot = {
      head: { ...snapshot, revisions: snapshot.revisions.map(({ routes: _, ...revision }) => revision) },
      routes: snapshot.revisions.map(({ id }) => this.#texts.get(id) ?? []),
      routeCount: snapshot.revisions.reduce((sum, { routes }) => sum + routes.length, 0),
      targets: targetsOf(compiled),
    };
    return { packed, problems };
  }
}

function inTexts(routes: ApiRevisionSnapshot['routes']): string[] {
  const texts: string[] = [];
  for (let start = 0; start < routes.length; start += ROUTES_PER_TEXT)
    texts.push(JSON.stringify(routes.slice(start, start + ROUTES_PER_TEXT)));
  return texts;
}

function targetsOf(compiled: CompiledSnapshot): PackedTarget[] {
  const targets = new Map<string, PackedTarget>();
  for (const { upstreams } of compiled.publications) {
    for (const { upstream } of upstreams.values()) {
      const { backend, environment, definition } = upstream.options;
      for (const { id, url } of upstream.options.targets) {
        targets.set(id, {
          id,
          backend,
          environment,
          url,
          ...(definition.healthCheck === undefined ? {} : { healthCheck: definition.healthCheck }),
          ...(definition.protocol === undefined ? {} : { protocol: definition.protocol }),
          ...(definition.tls === undefined ? {} : { tls: definition.tls }),
        });
      }
    }
  }
  return [...targets.values()];
}

/** For compiling where no traffic is carried: steps are made and never run. */
const COMPILE_ONLY: Services = {
  credentials: new CredentialTable(new CredentialStore({ readers: 1 }).buffer, 0),
  nonces: {
    claim(): never {
      throw new Error('A snapshot that was compiled for checking carries no traffic');
    },
  },
  rates: {
    take(): never {
      throw new Error('A snapshot that was compiled for checking carries no traffic');
    },
  },
  now: Date.now,
};
