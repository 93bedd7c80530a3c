import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  MANAGEMENT_ERRORS,
  type ManagementErrorCode,
  OPERATIONS,
  type Operation,
  type OperationResult,
  problemDocument,
} from '@gatehouse/contract/management';

/** One request that came, its parts as the operation's schemas read them. */
export interface RecordedCall {
  id: string;
  params: unknown;
  query: unknown;
  body: unknown;
  authorization: string | undefined;
  ifMatch: string | undefined;
}

type Player = (request: IncomingMessage, response: ServerResponse, call: RecordedCall) => void;

/**
 * A control plane for the tests of its clients, on a real socket: plays answers that were recorded, each of which must be what its
 * operation's contract says, and refuses requests that are not, as the real one does.
 */
export class RecordedControlPlane {
  readonly calls: RecordedCall[] = [];
  readonly #server: Server;
  readonly #players = new Map<string, Player[]>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async open(): Promise<RecordedControlPlane> {
    const plane = new RecordedControlPlane();
    plane.#server.listen(0, '127.0.0.1');
    await once(plane.#server, 'listening');
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Takes everything back. */
  reset(): void {
    this.calls.length = 0;
    this.#players.clear();
  }

  /** Plays an answer for an operation; several are played one after another, the last one for ever. Throws for one that breaks the contract. */
  answer<Op extends Operation>(
    operation: Op,
    body: OperationResult<Op>,
    { status = operation.statuses[0] ?? 200, version = 0 } = {},
  ): void {
    if (!operation.statuses.includes(status)) throw new Error(`${operation.id} does not promise ${status}`);
    const text = JSON.stringify(operation.result.parse(JSON.parse(JSON.stringify(body))));
    this.play(operation, (_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...(version === 0 ? {} : { ETag: `"${version}"` }) }).end(text);
    });
  }

  /** Plays a refusal. */
  refuse(operation: Operation, code: ManagementErrorCode, detail: string, extras: Record<string, unknown> = {}): void {
    this.play(operation, (_request, response) => refuse(response, code, detail, extras));
  }

  /** Plays anything. */
  play(operation: Operation, player: Player): void {
    this.#players.set(operation.id, [...(this.#players.get(operation.id) ?? []), player]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const found = findOperation(request.method ?? '', url.pathname);
    if (found === undefined) return refuse(response, 'resource.not-found', 'There is nothing here', {});
    const { operation } = found;
    const text = Buffer.concat(chunks).toString();
    const parts = {
      params: Object.keys(found.params).length === 0 ? undefined : found.params,
      query: operation.query.type === 'undefined' && url.search === '' ? undefined : Object.fromEntries(url.searchParams),
      body: text === '' ? undefined : JSON.parse(text),
    };
    const issues = (['params', 'query', 'body'] as const).flatMap((part) =>
      (operation[part].safeParse(parts[part]).error?.issues ?? []).map(({ message, path }) => ({
        severity: 'error',
        code: 'request.invalid-value',
        message,
        path: [part, ...path],
      })),
    );
    if (issues.length > 0) return refuse(response, 'request.invalid', `${operation.id}: ${issues[0]?.message}`, { problems: issues });
    const { authorization, 'if-match': ifMatch } = request.headers;
    const call = { id: operation.id, ...parts, authorization, ifMatch };
    this.calls.push(call);
    const players = this.#players.get(operation.id) ?? [];
    const player = players.length > 1 ? players.shift() : players[0];
    if (player === undefined) return refuse(response, 'resource.not-found', `No answer of ${operation.id} was recorded`, {});
    player(request, response, call);
  }
}

function refuse(response: ServerResponse, code: ManagementErrorCode, detail: string, extras: Record<string, unknown>): void {
  const { status, title } = MANAGEMENT_ERRORS[code];
  const document = { ...extras, type: `urn:gatehouse:error:${code}`, title, status, code, detail, requestId: 'request-1' };
  response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problemDocument.parse(document)));
}

function findOperation(method: string, path: string): { operation: Operation; params: Record<string, string> } | undefined {
  const given = path.split('/').slice(1);
  for (const operation of OPERATIONS) {
    const wanted = `/api/v1${operation.path}`.split('/').slice(1);
    if (operation.method !== method || wanted.length !== given.length) continue;
    const params: Record<string, string> = {};
    const matches = wanted.every((part, index) => {
      const value = decodeURIComponent(given[index] ?? '');
      if (part.startsWith('{')) params[part.slice(1, -1)] = value;
      return part.startsWith('{') || part === value;
    });
    if (matches) return { operation, params };
  }
  return undefined;
}
