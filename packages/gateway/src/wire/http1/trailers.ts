import { Fields } from '../../exchange/fields.ts';
import { FIELD_VALUE, TOKEN } from './characters.ts';
import { MessageSyntaxError } from './message-syntax-error.ts';

const COLON = 58;
const SPACE = 32;
const TAB = 9;

/**
 * Parses trailer lines, `text` being everything up to and with the empty line. Framing and routing fields are dropped; with
 * `framingRefused`, fields for the framing and the connection are an error: a server that merges trailers into the head would act on them.
 */
export function parseTrailers(text: string, framingRefused = false): Fields {
  const fields = new Fields();
  const end = text.length - 2;
  let position = 0;
  while (position < end) {
    const nameStart = position;
    while (TOKEN[text.charCodeAt(position)] === 1) position++;
    if (text.charCodeAt(position) !== COLON || position === nameStart) throw new MessageSyntaxError('a trailer line has no valid name');
    const name = text.slice(nameStart, position++);
    while (isBlank(text.charCodeAt(position))) position++;
    const valueStart = position;
    while (FIELD_VALUE[text.charCodeAt(position)] === 1) position++;
    if (!text.startsWith('\r\n', position))
      throw new MessageSyntaxError('a trailer line holds a control character, a bare CR or a bare LF');
    let valueEnd = position;
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--;
    const lowerName = name.toLowerCase();
    if (framingRefused && FRAMING.has(lowerName)) throw new MessageSyntaxError('there is a framing field among the trailers');
    if (!NOT_IN_TRAILERS.has(lowerName)) fields.list.push(name, text.slice(valueStart, valueEnd));
    position += 2;
  }
  return fields;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** What says where messages end, or what becomes of the connection. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'proxy-connection', 'upgrade']);

/** RFC 9110 section 6.5.1: fields for framing, routing, authentication or the content itself must not come in trailers. */
const NOT_IN_TRAILERS = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'host',
  'trailer',
  'upgrade',
  'te',
  'keep-alive',
  'content-encoding',
  'content-type',
  'content-range',
  'authorization',
  'set-cookie',
  'cache-control',
  'location',
  'expect',
  'cookie',
  'max-forwards',
  'range',
]);

/** What a client has to say in a head, where it is looked at: in trailers it would get past every policy. */
const NOT_IN_REQUEST_TRAILERS =
  /^(?:content-|transfer-|access-control-|proxy-|x-forwarded-|x-gatehouse-|(?:forwarded|if-.{1,30}|traceparent|tracestate|x-request-id)$)/i;

/** The trailers of a request that may be passed on, or undefined when there are none. */
export function requestTrailers(trailers: Fields | undefined): Fields | undefined {
  if (trailers === undefined) return undefined;
  const kept = new Fields();
  trailers.forEach((name, value) => {
    if (!NOT_IN_REQUEST_TRAILERS.test(name)) kept.add(name, value);
  });
  return kept.list.length === 0 ? undefined : kept;
}
