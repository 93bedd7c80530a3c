import type { Operation } from '@gatehouse/contract/management';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Answer, Implementation } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { callerOf } from './admit.ts';
import { checkAnswer, checkRefusal } from './check-answer.ts';
import { toEntityTag } from './entity-tag.ts';
import { readInput } from './read-input.ts';

const MIB = 1024 * 1024;
/** OpenAPI documents are large, and stand escaped in JSON; nothing else is. */
const BODY_BYTES_MAX: Readonly<Record<string, number>> = { 'apis.put': 12 * MIB, 'definitions.check': 12 * MIB, 'catalog.push': 48 * MIB };

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Makes a route of every operation, and on each path an answer for the methods that it has not. */
export function addOperations(
  app: FastifyInstance,
  implementations: readonly Implementation[],
  { checkAnswers }: { checkAnswers: boolean },
): void {
  const methods = new Map<string, Set<HTTPMethods>>();
  for (const implementation of implementations) {
    const { operation } = implementation;
    const url = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const known = methods.get(url) ?? new Set();
    methods.set(url, known.add(operation.method));
    app.route({
      method: operation.method,
      url,
      bodyLimit: BODY_BYTES_MAX[operation.id] ?? MIB,
      config: { access: operation.access },
      handler: (request, reply) => run(implementation, request, reply, checkAnswers),
    });
  }
  for (const [url, known] of methods) refuseOtherMethods(app, url, known);
}

/** Answers 405 on `url` for every method but `known` (and HEAD, where there is GET). */
export function refuseOtherMethods(app: FastifyInstance, url: string, known: ReadonlySet<HTTPMethods>): void {
  const allowed = METHODS.filter((method) => known.has(method) || (method === 'HEAD' && known.has('GET')));
  const others = METHODS.filter((method) => !allowed.includes(method));
  app.route({
    method: others,
    url,
    config: { allow: allowed.join(', ') },
    handler: () => {
      throw new Error('Was refused before');
    },
  });
}

async function run({ operation, handle }: Implementation, request: FastifyRequest, reply: FastifyReply, check: boolean): Promise<Buffer> {
  const { params, query, body, ifMatch } = { ...request, ifMatch: request.headers['if-match'] };
  const input = readInput(operation, { params, query, body, ifMatch });
  let answer: Answer<Operation>;
  try {
    answer = await handle({
      params: input.params,
      query: input.query,
      body: input.body,
      caller: callerOf(request),
      ifMatch: input.precondition?.version,
      mustExist: input.precondition !== undefined,
      address: request.ip,
      requestId: request.id,
    });
  } catch (error) {
    if (check && error instanceof Refusal) checkRefusal(operation, error);
    throw error;
  }
  if (check) checkAnswer(operation, answer);
  reply.code(answer.status ?? operation.statuses[0] ?? 200).header('content-type', 'application/json');
  if (answer.version !== undefined) reply.header('ETag', toEntityTag(answer.version));
  // As bytes: to text, a charset would be added that media types of JSON have not (RFC 8259 section 11).
  return Buffer.from(JSON.stringify(answer.body));
}
