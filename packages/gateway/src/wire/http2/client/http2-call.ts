import { createHash } from 'node:crypto';
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { Fields } from '../../../exchange/fields.ts';
import { type BodySource, ResponseBody } from '../../http1/response-body.ts';
import { type BackendCall, BackendError, type BackendErrorKind, type BackendRequest, type BackendResponseHandler } from '../../wire.ts';
import { readTrailers, toTrailerObject } from '../trailer-fields.ts';
import { writeRequestHead } from './request-head.ts';

const INTERIM_RESPONSES_MAX = 16;
/** How often a request that a backend has not looked at is sent again. */
const RESENDS_MAX = 3;

/** What a call asks and tells of where it is sent from. */
export interface CallOwner {
  /** Nothing of it was looked at by the backend: it may be sent on another connection, whatever its method. */
  resend(call: Http2Call): void;
  /** Its stream is closed, or there will be none. */
  ended(call: Http2Call): void;
  /** Nobody waits for it any more, and nothing of an answer has come. */
  givenUp(call: Http2Call): void;
}

/** The connection that a call's stream is on. */
export interface CallConnection {
  readonly session: ClientHttp2Session;
  readonly scheme: 'http' | 'https';
  /** An answer has come on it before: a failure may mean that it was closed while idle. */
  used: boolean;
  /** Why it ended, or empty. */
  readonly failure: string;
  /** The last stream that the backend says it looks at (GOAWAY). */
  readonly lastStream: number;
}

/** A request in a stream of its own, and its response. */
export class Http2Call implements BackendCall, BodySource {
  readonly request: BackendRequest;
  readonly handler: BackendResponseHandler;
  cancelled = false;
  /** Carries it instead: an upgrade that the backend does not take over HTTP/2. */
  #substitute: BackendCall | null = null;
  readonly #owner: CallOwner;
  #stream: ClientHttp2Stream | null = null;
  #connection: CallConnection | null = null;
  #body: ResponseBody | null = null;
  #length = -1;
  #received = 0;
  #interim = 0;
  #headDone = false;
  #requestDone = true;
  #requestStarted = false;
  #resends = 0;
  #trailers: Fields | undefined = undefined;
  /** Nobody hears anything more. */
  #settled = false;

  constructor(request: BackendRequest, handler: BackendResponseHandler, owner: CallOwner) {
    this.request = request;
    this.handler = handler;
    this.#owner = owner;
  }

  /** It goes another way. */
  replaceBy(call: BackendCall): void {
    this.#substitute = call;
    this.#settled = true;
  }

  begin(connection: CallConnection): void {
    const { request, handler } = this;
    if (this.cancelled) return this.#owner.ended(this);
    this.#connection = connection;
    handler.sent(request.body === null);
    let head: string[];
    try {
      head = writeRequestHead(request, connection.scheme);
    } catch (error) {
      this.#owner.ended(this);
      return this.#fail('request', error instanceof Error ? error.message : String(error));
    }
    const stream = connection.session.request(head, {
      endStream: request.body === null && request.upgrade === '',
      waitForTrailers: request.body !== null,
    });
    this.#stream = stream;
    stream.on('headers', () => this.#onInterim());
    stream.on('response', (headers, flags, list) =>
      this.#onResponse(headers[':status'] ?? 0, list ?? [], stream, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0),
    );
    stream.on('trailers', (_headers, _flags, list) => this.#onTrailers(list));
    stream.on('error', ignore);
    stream.on('close', () => this.#onClose(stream));
    if (request.body !== null) this.#sendBody(stream);
  }

  /** Before there is a stream, or when there will be none. */
  failBefore(kind: BackendErrorKind, message: string): void {
    this.#fail(kind, message);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    if (this.#substitute !== null) return this.#substitute.cancel();
    if (!this.#headDone) this.#owner.givenUp(this);
    this.abandon();
  }

  // The request's body.

  #sendBody(stream: ClientHttp2Stream): void {
    const { handler, request } = this;
    const { body } = request;
    if (body === null) return;
    this.#requestDone = false;
    this.#requestStarted = true;
    let sent = 0;
    let trailers: Fields | undefined;
    stream.on('drain', () => {
      if (this.#requestDone) return;
      handler.sent(false);
      body.resume();
    });
    stream.on('wantTrailers', () => {
      try {
        stream.sendTrailers(toTrailerObject(trailers));
      } catch (error) {
        this.#failStream('request', error instanceof Error ? error.message : String(error));
      }
    });
    body.start({
      data: (piece) => {
        if (this.#stream !== stream || this.#requestDone) return;
        sent += piece.length;
        if (body.length >= 0 && sent > body.length)
          return this.#failStream('request', 'The request body is longer than its Content-Length');
        const more = stream.write(body.borrowed ? Buffer.from(piece) : piece);
        handler.sent(!more);
        if (!more) body.pause();
      },
      end: (last) => {
        if (this.#stream !== stream || this.#requestDone) return;
        if (body.length >= 0 && sent !== body.length)
          return this.#failStream('request', 'The request body is shorter than its Content-Length');
        trailers = last;
        this.#requestDone = true;
        stream.end();
        handler.sent(true);
      },
      fail: (error) => {
        if (this.#stream !== stream || this.#requestDone) return;
        this.#requestDone = true;
        this.#failStream('request', `The request body broke off: ${error.message}`, error);
      },
    });
  }

  #cancelRequestBody(error: Error): void {
    if (this.#requestDone) return;
    this.#requestDone = true;
    this.request.body?.cancel(error);
  }

  // The response.

  #onInterim(): void {
    if (++this.#interim > INTERIM_RESPONSES_MAX) this.#failStream('response', 'there are too many interim responses');
  }

  #onResponse(status: number, list: readonly string[], stream: ClientHttp2Stream, whole: boolean): void {
    if (this.#settled || this.#headDone) return;
    if (status < 200) return this.#failStream('response', 'the status of the response is not a final one');
    if (this.#connection !== null) this.#connection.used = true;
    this.#headDone = true;
    const fields = new Fields();
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i] as string;
      if (name.charCodeAt(0) !== COLON) fields.list.push(name, list[i + 1] as string);
    }
    const { upgrade } = this.request;
    if (upgrade !== '' && status < 300) return this.#join(fields, stream);
    // Refused: nothing is sent behind the request.
    if (upgrade !== '') stream.end();
    const announced = fields.get('content-length');
    this.#length = announced !== undefined && /^\d{1,15}$/.test(announced) ? Number(announced) : -1;
    if (whole || this.request.method === 'HEAD' || status === 204 || status === 304) {
      // An answer that is all head: what gRPC says in trailers stands there too.
      stream.resume();
      this.#settled = true;
      this.handler.head(status, '', fields, null);
      this.#complete(stream);
      return;
    }
    const body = new ResponseBody(this.#length, this);
    this.#body = body;
    this.handler.head(status, '', fields, body);
    stream.on('data', (piece: Buffer) => {
      this.#received += piece.length;
      this.#body?.push(piece);
      if (this.#body?.waiting === true) this.hold();
    });
    stream.on('end', () => this.#onEnd(stream));
  }

  /** The tunnel stands (RFC 8441 section 5); told in the words of HTTP/1.1, with the proof that its clients want. */
  #join(fields: Fields, stream: ClientHttp2Stream): void {
    this.#settled = true;
    const key = new Fields(this.request.fields).get('sec-websocket-key');
    fields.remove('sec-websocket-accept');
    if (key !== undefined)
      fields.list.push(
        'Sec-WebSocket-Accept',
        createHash('sha1')
          .update(key + WEBSOCKET_GUID)
          .digest('base64'),
      );
    this.handler.upgraded(101, 'Switching Protocols', fields, stream);
  }

  #onEnd(stream: ClientHttp2Stream): void {
    const body = this.#body;
    if (body === null || this.#settled) return;
    // A reset pushes an end too; then it is told when the stream closes.
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || (this.#length >= 0 && this.#received !== this.#length)) return;
    this.#settled = true;
    this.#body = null;
    body.finish(this.#trailers);
    this.#complete(stream);
  }

  /** The response is whole: nobody needs the rest of the request. */
  #complete(stream: ClientHttp2Stream): void {
    if (this.#requestDone) return;
    this.#cancelRequestBody(new Error('The backend answered before the request body was sent'));
    stream.close(constants.NGHTTP2_CANCEL);
  }

  #onTrailers(list: readonly string[]): void {
    try {
      this.#trailers = readTrailers(list, false);
    } catch (error) {
      this.#failStream('response', `the trailers are not valid: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #onClose(stream: ClientHttp2Stream): void {
    this.#stream = null;
    this.#owner.ended(this);
    if (this.#settled) return;
    const connection = this.#connection as CallConnection;
    const code = stream.rstCode;
    const untouched = !this.#headDone && this.#interim === 0;
    const refused = code === constants.NGHTTP2_REFUSED_STREAM || (stream.id ?? Number.POSITIVE_INFINITY) > connection.lastStream;
    // RFC 9113 section 8.7: only then it is sure that nothing of the request was acted on.
    if (untouched && refused && !this.#requestStarted && this.#resends++ < RESENDS_MAX) return this.#owner.resend(this);
    const reset = code === constants.NGHTTP2_NO_ERROR ? 'The backend ended the stream' : `The backend reset the stream with code ${code}`;
    const gone = connection.session.destroyed || connection.failure !== '';
    const message = gone ? connection.failure || 'The backend closed the connection' : reset;
    this.#fail(untouched && (refused || (gone && connection.used)) ? 'stale' : 'response', message);
  }

  // What reads the response.

  hold(): void {
    this.#stream?.pause();
  }

  release(): void {
    this.#stream?.resume();
  }

  /** The reader does not want the rest: the stream ends, the connection stays. */
  abandon(): void {
    this.#cancelRequestBody(new Error('The response was abandoned'));
    this.#settled = true;
    this.#body = null;
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }

  #failStream(kind: BackendErrorKind, message: string, cause?: Error): void {
    const stream = this.#stream;
    this.#fail(kind, message, cause);
    stream?.close(constants.NGHTTP2_CANCEL);
  }

  /** Ends the call with an error, once. */
  #fail(kind: BackendErrorKind, message: string, cause?: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    const error = new BackendError(kind, message, cause);
    this.#cancelRequestBody(error);
    const body = this.#body;
    this.#body = null;
    if (body !== null) body.fail(error);
    else if (!this.cancelled) this.handler.failed(error);
  }
}

const COLON = 58;

/** RFC 6455 section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function ignore(): void {}
