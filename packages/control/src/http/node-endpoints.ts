import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { NodeHello, NodeMessage, NodeReport } from '@gatehouse/contract';
import { DatabaseUnavailableError } from '@gatehouse/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { NodeGateway, NodeIdentity } from '../nodes/node-gateway.ts';
import { nodeHello, nodeReports } from '../nodes/node-schemas.ts';
import { callerOf } from './admit.ts';
import type { Authenticator, RequestFields } from './authenticator.ts';
import type { ServerLog } from './management-server.ts';
import { refuseOtherMethods } from './operation-routes.ts';
import { readBodyOf } from './read-input.ts';

const MIB = 1024 * 1024;
/** A hello names every revision that the node has. */
const HELLO_BYTES_MAX = 12 * MIB;
/** One result of a debug request: two bodies of 256 KiB, which as JSON take up to six times that. */
const REPORTS_BYTES_MAX = 8 * MIB;

export interface NodeEndpointsOptions {
  nodes: NodeGateway;
  authenticator: Authenticator;
  log: ServerLog;
  /** How often it is looked whether the token of an open stream still counts. */
  recheckMs?: number;
  /** A stream is broken off when its node reads nothing for so long. */
  stalledMs?: number;
}

/** What remote nodes call: the stream that brings them what is live, and the reports that they answer with. See the node protocol. */
export class NodeEndpoints {
  readonly #options: Required<NodeEndpointsOptions>;
  /** Those that are open, with who opened them. */
  readonly #streams = new Map<AbortController, OpenStream>();

  constructor(options: NodeEndpointsOptions) {
    this.#options = { recheckMs: 1_000, stalledMs: 60_000, ...options };
  }

  addTo(app: FastifyInstance): void {
    app.post('/node/stream', { config: { access: 'node' }, bodyLimit: HELLO_BYTES_MAX }, (request, reply) => this.#stream(request, reply));
    app.post('/node/reports', { config: { access: 'node' }, bodyLimit: REPORTS_BYTES_MAX }, (request, reply) =>
      this.#report(request, reply),
    );
    for (const url of ['/node/stream', '/node/reports']) refuseOtherMethods(app, url, new Set(['POST']));
  }

  /**
   * Knows the callers that have a stream open here without asking the database: their reports are taken while it is away. Revoking a
   * token ends its streams within `recheckMs`, and then it counts here no more.
   */
  get authenticator(): Authenticator {
    return {
      authenticate: async (fields, address) => this.#holderOf(fields) ?? (await this.#options.authenticator.authenticate(fields, address)),
    };
  }

  /** Ends every stream; nodes open new ones, elsewhere or later. */
  close(): void {
    for (const stream of this.#streams.keys()) stream.abort();
  }

  #holderOf({ authorization }: RequestFields): Caller | undefined {
    if (typeof authorization !== 'string') return undefined;
    const digest = digestOf(authorization);
    for (const { caller, credentials } of this.#streams.values())
      if (timingSafeEqual(credentials, digest)) return hasExpired(caller) ? undefined : caller;
    return undefined;
  }

  async #report(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id, reports } = readBodyOf(nodeReports as z.ZodType<{ id: string; reports: NodeReport[] }>, request.body);
    await this.#options.nodes.report(id, reports, identityOf(request));
    reply.code(204).send();
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const hello: NodeHello = readBodyOf(nodeHello, request.body);
    const abort = new AbortController();
    const { raw } = reply;
    const end = () => abort.abort();
    raw.once('close', end);
    const caller = callerOf(request);
    let checking = false;
    const recheck = setInterval(async () => {
      // One at a time: a database that is slow must not be asked more and more.
      if (checking) return;
      checking = true;
      await this.#recheck(request, caller, abort);
      checking = false;
    }, this.#options.recheckMs);
    try {
      const messages = this.#options.nodes.open(hello, identityOf(request), abort.signal)[Symbol.asyncIterator]();
      // Before the head is written, so that a refusal can still be one.
      const first = await messages.next();
      this.#streams.set(abort, { caller, credentials: digestOf(request.headers.authorization ?? '') });
      reply.hijack();
      // No Content-Length and no timeouts: it lasts until one of the two ends it.
      raw.writeHead(200, { ...plainHeaders(reply), 'Content-Type': 'application/x-ndjson' });
      await this.#write(raw, first, messages, abort.signal);
    } catch (error) {
      if (!reply.sent) throw error;
      if (!abort.signal.aborted) this.#options.log.warn({ node: hello.id, err: error }, 'The stream of a node broke off');
    } finally {
      clearInterval(recheck);
      this.#streams.delete(abort);
      end();
      if (raw.headersSent) raw.end();
    }
  }

  async #write(
    raw: ServerResponse,
    first: IteratorResult<NodeMessage>,
    messages: AsyncIterator<NodeMessage>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (let item = first; item.done !== true && !signal.aborted; item = await messages.next()) {
        if (raw.write(toLine(item.value))) continue;
        // A node that vanished without a word takes nothing any more.
        const stalled = AbortSignal.timeout(this.#options.stalledMs);
        await once(raw, 'drain', { signal: AbortSignal.any([signal, stalled]) }).catch((error: unknown) => {
          if (stalled.aborted) raw.destroy();
          throw error;
        });
      }
    } finally {
      await messages.return?.();
    }
  }

  /** A token that was revoked or has expired must not go on getting credentials on a stream that was opened before. */
  async #recheck(request: FastifyRequest, opener: Caller, abort: AbortController): Promise<void> {
    if (hasExpired(opener)) return abort.abort();
    try {
      const caller = await this.#options.authenticator.authenticate(request.headers);
      if (caller === undefined || caller.role !== 'node') abort.abort();
    } catch (error) {
      // Nodes must outlive the database; whoever is connected stays so.
      if (error instanceof DatabaseUnavailableError) return;
      this.#options.log.error({ err: error }, 'The token of a node could not be checked: its stream is ended');
      abort.abort();
    }
  }
}

interface OpenStream {
  caller: Caller;
  /** Digest of the Authorization field that it was opened with. */
  credentials: Buffer;
}

function digestOf(authorization: string): Buffer {
  return createHash('sha256').update(authorization).digest();
}

function hasExpired({ expiresAtMs }: Caller): boolean {
  return expiresAtMs !== null && expiresAtMs <= Date.now();
}

const snapshotLines = new WeakMap<NodeMessage, Buffer>();

/** The head of a snapshot has megabytes and is the same object for every node: it is serialized once. */
function toLine(message: NodeMessage): Buffer | string {
  if (message.type !== 'snapshot') return `${JSON.stringify(message)}\n`;
  let line = snapshotLines.get(message);
  if (line === undefined) {
    line = Buffer.from(`${JSON.stringify(message)}\n`);
    snapshotLines.set(message, line);
  }
  return line;
}

/** By the token's id: names of tokens may repeat. */
function identityOf(request: FastifyRequest): NodeIdentity {
  const caller = callerOf(request);
  return { kind: 'remote', caller: caller.tokenId ?? caller.name };
}

function plainHeaders(reply: FastifyReply): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = typeof value === 'number' ? String(value) : value;
  }
  return headers;
}
