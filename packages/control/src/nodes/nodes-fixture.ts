import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import {
  type AppRecord,
  addDigest,
  type CredentialsState,
  type DebugCall,
  type DebugResult,
  digestOfApp,
  type NodeHello,
  type NodeMessage,
  type NodeReport,
  type NodeTransport,
  type PackedSnapshot,
  type Problem,
} from '@gatehouse/contract';
import type { NodeCredentials, NodeGatewayPort } from '@gatehouse/gateway/node';
import type { CredentialsSource, SnapshotSource } from './sources.ts';

/** A snapshot with these revisions; `apis`: revision id to texts of its routes. */
export function makeSnapshot(number: number, apis: Record<string, string[]>): PackedSnapshot {
  const ids = Object.keys(apis);
  return {
    head: {
      format: 1,
      number,
      hash: createHash('sha256').update(JSON.stringify(apis)).digest('hex'),
      environments: ['production'],
      defaultEnvironment: 'production',
      backends: [],
      revisions: ids.map((id) => ({ id, api: id, basePath: `/${id}`, errorProfile: 'problem', timeouts: {}, policies: [] })),
      publications: ids.map((id) => ({ fingerprint: id, revision: id, environment: 'production', variables: {} })),
      domains: [],
      policies: [],
      errorProfile: 'problem',
      timeouts: {},
    },
    routes: Object.values(apis),
    routeCount: Object.values(apis).flat().length,
    targets: [],
  };
}

export function makeApp(id: string, code = `code-${id}`): AppRecord {
  return { id, name: id, keys: [{ appKey: `key-${id}`, appSecret: `secret-${id}`, codeHash: code }], grants: [] };
}

/** What is live, set by the test. */
export class TestSnapshots implements SnapshotSource {
  packed: PackedSnapshot | null = null;

  async newest(): Promise<PackedSnapshot | null> {
    return this.packed;
  }
}

/** Credentials with a log of changes that the test can cut. */
export class TestCredentials implements CredentialsSource {
  readonly codeKey = Buffer.from('a key of AppCodes').toString('base64');
  readonly apps = new Map<string, AppRecord>();
  readonly changes: string[] = [];
  /** Changes before this one are not known any more. */
  cutAt = 0;

  set(app: AppRecord): void {
    this.apps.set(app.id, app);
    this.changes.push(app.id);
  }

  delete(id: string): void {
    this.apps.delete(id);
    this.changes.push(id);
  }

  async state(): Promise<CredentialsState> {
    return { cursor: this.changes.length, ...stateOf(this.apps) };
  }

  async since(cursor: number) {
    if (cursor < this.cutAt || cursor > this.changes.length) return null;
    const ids = [...new Set(this.changes.slice(cursor))];
    return {
      apps: ids.flatMap((id) => this.apps.get(id) ?? []),
      removed: ids.filter((id) => !this.apps.has(id)),
      state: await this.state(),
    };
  }

  async *all() {
    const state = await this.state();
    const apps = [...this.apps.values()];
    const half = Math.ceil(apps.length / 2);
    yield { apps: apps.slice(0, half) };
    yield { apps: apps.slice(half), state };
  }
}

/** A gateway that takes everything, but the numbers in `rejects`. */
export class TestGateway implements NodeGatewayPort {
  readonly applied: PackedSnapshot[] = [];
  readonly rejects = new Set<number>();
  readonly rejected: number[] = [];
  apps: Map<string, AppRecord> = new Map();
  codeKey = '';
  /** How often everything was replaced. */
  replaced = 0;
  debug: (call: DebugCall) => Promise<DebugResult> = () => Promise.reject(new Error('the test says no'));
  /** Held open by the test: nothing is applied before. */
  gate: Promise<void> = Promise.resolve();

  async apply(packed: PackedSnapshot): Promise<{ applied: boolean; problems: Problem[] }> {
    await this.gate;
    if (this.rejects.has(packed.head.number)) {
      this.rejected.push(packed.head.number);
      return { applied: false, problems: [{ severity: 'error', code: 'test.rejected', message: 'the test rejects it' }] };
    }
    this.applied.push(packed);
    return { applied: true, problems: [] };
  }

  readonly credentials: NodeCredentials = {
    stage: (codeKey) => {
      const apps = new Map<string, AppRecord>();
      return {
        put: (app) => void apps.set(app.id, app),
        commit: () => {
          this.apps = apps;
          this.codeKey = codeKey;
          this.replaced++;
        },
        discard: () => undefined,
      };
    },
    upsert: (app) => void this.apps.set(app.id, app),
    remove: (id) => this.apps.delete(id),
    state: () => stateOf(this.apps),
  };

  get numbers(): number[] {
    return this.applied.map(({ head }) => head.number);
  }
}

/** A transport that shows what passes through it and, when the test says so, loses messages. */
export class TappedTransport implements NodeTransport {
  readonly #inner: NodeTransport;
  readonly messages: NodeMessage[] = [];
  readonly hellos: NodeHello[] = [];
  readonly reports: NodeReport[] = [];
  lose: (message: NodeMessage) => boolean = () => false;

  constructor(inner: NodeTransport) {
    this.#inner = inner;
  }

  async *open(hello: NodeHello, signal: AbortSignal): AsyncIterable<NodeMessage> {
    this.hellos.push(hello);
    for await (const message of this.#inner.open(hello, signal)) {
      if (this.lose(message)) continue;
      this.messages.push(message);
      yield message;
    }
  }

  report(nodeId: string, reports: NodeReport[]): Promise<void> {
    this.reports.push(...reports);
    return this.#inner.report(nodeId, reports);
  }

  ofType<Type extends NodeMessage['type']>(type: Type): Extract<NodeMessage, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<NodeMessage, { type: Type }> => message.type === type);
  }
}

function stateOf(apps: ReadonlyMap<string, AppRecord>): { count: number; sums: [number, number] } {
  let sums: [number, number] = [0, 0];
  for (const app of apps.values()) sums = addDigest(sums, digestOfApp(app));
  return { count: apps.size, sums };
}

/** Waits until the test's condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`In vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class TestLog {
  readonly lines: string[] = [];
  info(fields: object, message: string): void {
    this.lines.push(`info ${message} ${JSON.stringify(fields)}`);
  }
  warn(fields: object, message: string): void {
    this.lines.push(`warn ${message} ${JSON.stringify(fields)}`);
  }
  error(fields: object, message: string): void {
    this.lines.push(`error ${message} ${JSON.stringify(fields)}`);
  }
}

/**
 * Writes messages to the response of `POST /api/v1/node/stream`, one JSON text a line. Takes the next one only when the one before has
 * left the process's buffers: until then a newer one may take its place. Ends the response; the signal is aborted when it was closed.
 */
export async function sendMessages(messages: AsyncIterable<NodeMessage>, response: Writable, signal: AbortSignal): Promise<void> {
  try {
    for await (const message of messages) {
      if (signal.aborted || response.destroyed) return;
      if (!response.write(`${JSON.stringify(message)}\n`)) await once(response, 'drain', { signal });
    }
  } catch (error) {
    // The node is gone: the end of its stream is told by its transport, not by an error.
    if (!signal.aborted) throw error;
  } finally {
    response.end();
  }
}
