import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { NodeHello, NodeMessage, NodeReport } from '@gatehouse/contract';
import { DatabaseUnavailableError } from '@gatehouse/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { NodeGateway, NodeIdentity } from '../nodes/node-gateway.ts';
import { nodeHello, nodeReports } from '../nodes/node-schemas.ts';
import { callerOf } from './admit.ts';
import type { Authenticator } from './authenticator.ts';
import type { ServerLog } from './management-server.ts';
import { refuseOtherMethods } from './operation-routes.ts';
import { readBodyOf } from './read-input.ts';

const MIB = 1024 * 1024;
/** A hello names every revision that the node has. */
const HELLO_BYTES_MAX = 12 * MIB;
/** Results of debug requests. */
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
  readonly #streams = new Set<AbortController>();

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

  /** Ends every stream; nodes open new ones, elsewhere or later. */
  close(): void {
    for (const stream of this.#streams) stream.abort();
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
    this.#streams.add(abort);
    const recheck = setInterval(() => void this.#recheck(request, abort), this.#options.recheckMs);
    try {
      const messages = this.#options.nodes.open(hello, identityOf(request), abort.signal)[Symbol.asyncIterator]();
      // Before the head is written, so that a refusal can still be one.
      const first = await messages.next();
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
        if (raw.write(`${JSON.stringify(item.value)}\n`)) continue;
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
  async #recheck(request: FastifyRequest, abort: AbortController): Promise<void> {
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
