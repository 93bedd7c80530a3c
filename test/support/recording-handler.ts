import type { GatewayErrorCode } from '@gatehouse/contract';
import { GATEWAY_ERRORS } from '@gatehouse/contract';
import { BodyTimeoutError } from '../../packages/gateway/src/exchange/body.ts';
import { Exchange, type RequestBody, type RequestHead } from '../../packages/gateway/src/exchange/exchange.ts';
import { ErrorReply, Reply } from '../../packages/gateway/src/exchange/reply.ts';
import type { ListenerHandler, Responder } from '../../packages/gateway/src/wire/wire.ts';
import type { FieldLine } from './http-message.ts';

/** A request as a listener handed it over. */
export interface SeenRequest {
  method: string;
  target: string;
  protocol: string;
  /** Names as they came; values without the whitespace around them. */
  fields: FieldLine[];
  upgrade: string;
  peer: string;
  body: Buffer;
  trailers: FieldLine[];
  /** `reading`: its end has not come; `broken`: it never will. */
  state: 'reading' | 'complete' | 'broken';
  aborted: boolean;
  /** How often the listener said that the exchange is over: once, when all is well. */
  ended: number;
}

export interface Refusal {
  code: GatewayErrorCode;
  reason: string;
}

/** Stands where the gateway stands: keeps what the listener hands over, and answers each request when its body has come. */
export class RecordingHandler implements ListenerHandler {
  requests: SeenRequest[] = [];
  refusals: Refusal[] = [];
  /** Answers that a listener could not write. Always a mistake. */
  failures: unknown[] = [];
  /** Bumped by everything that happens, so that a test can see that nothing happens any more. */
  activity = 0;
  /** Reads bodies and answers in a later turn of the event loop, as a gateway that asks a backend does, and not at once. */
  late = false;
  readonly #seen = new WeakMap<Exchange, SeenRequest>();

  handle(head: RequestHead, responder: Responder): Exchange {
    this.activity++;
    const seen: SeenRequest = {
      method: head.method,
      target: head.target,
      protocol: head.protocol,
      fields: toLines(head.fields.list),
      upgrade: head.upgrade,
      peer: head.peerAddress,
      body: Buffer.alloc(0),
      trailers: [],
      state: 'reading',
      aborted: false,
      ended: 0,
    };
    this.requests.push(seen);
    const exchange = new Exchange('test-request', performance.now(), head, false, head.peerAddress, 'http', '');
    this.#seen.set(exchange, seen);
    const { body } = head;
    if (body === null) {
      seen.state = 'complete';
      this.#soon(() => answer(exchange, responder));
    } else {
      this.#soon(() => this.#read(body, seen, exchange, responder));
    }
    return exchange;
  }

  #soon(act: () => void): void {
    if (!this.late) {
      act();
      return;
    }
    setImmediate(() => {
      this.activity++;
      act();
    });
  }

  #read(body: RequestBody, seen: SeenRequest, exchange: Exchange, responder: Responder): void {
    const chunks: Buffer[] = [];
    body.start({
      data: (chunk) => {
        this.activity++;
        // A copy: what is borrowed is the sink's during the call only.
        chunks.push(Buffer.from(chunk));
      },
      end: (trailers) => {
        this.activity++;
        seen.body = Buffer.concat(chunks);
        seen.trailers = toLines(trailers?.list ?? []);
        seen.state = 'complete';
        this.#soon(() => answer(exchange, responder));
      },
      fail: (error) => {
        this.activity++;
        seen.body = Buffer.concat(chunks);
        seen.state = 'broken';
        answerBroken(exchange, responder, error);
      },
    });
  }

  aborted(exchange: Exchange): void {
    this.activity++;
    exchange.aborted = true;
    const seen = this.#seen.get(exchange);
    if (seen !== undefined) seen.aborted = true;
  }

  ended(exchange: Exchange): void {
    this.activity++;
    const seen = this.#seen.get(exchange);
    if (seen !== undefined) seen.ended++;
  }

  failed(_exchange: Exchange, error: unknown): void {
    this.activity++;
    this.failures.push(error);
  }

  refuse(code: GatewayErrorCode, reason: string): Reply {
    this.activity++;
    this.refusals.push({ code, reason });
    return new Reply(GATEWAY_ERRORS[code].status, ['Content-Type', 'text/plain', 'X-Error-Code', code], reason);
  }
}

/** `/status/NNN` asks for that status without a body; everything else is answered with what was understood. */
export function answerOf({ method, target }: { method: string; target: string }): { status: number; text: string | null } {
  const status = /^\/status\/(200|204|304)$/.exec(target)?.[1];
  return status === undefined ? { status: 200, text: `${method} ${target}`.slice(0, 200) } : { status: Number(status), text: null };
}

function answer(exchange: Exchange, responder: Responder): void {
  const { status, text } = answerOf(exchange);
  exchange.status = status;
  if (text !== null) {
    exchange.response.add('Content-Type', 'text/plain');
    exchange.responseBody = text;
  }
  responder.send(exchange);
}

/** As the gateway does: what did not come whole is answered with an error, after which the connection is closed. */
function answerBroken(exchange: Exchange, responder: Responder, error: Error): void {
  exchange.error = new ErrorReply(error instanceof BodyTimeoutError ? 'request.timeout' : 'request.malformed');
  exchange.status = exchange.error.status;
  exchange.responseBody = 'The body did not come whole';
  responder.send(exchange);
}

function toLines(list: readonly string[]): FieldLine[] {
  const lines: FieldLine[] = [];
  for (let i = 0; i < list.length; i += 2) lines.push([list[i] ?? '', (list[i + 1] ?? '').replace(/^[ \t]+|[ \t]+$/g, '')]);
  return lines;
}
