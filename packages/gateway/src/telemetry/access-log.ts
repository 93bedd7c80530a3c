import type { Exchange } from '../exchange/exchange.ts';
import { compileContextVariable } from '../mapping/context-variables.ts';
import { jsonAccessLogLine } from './json-access-log.ts';
import { compileEscape, loggable } from './loggable.ts';
import { loggedPath } from './logged-path.ts';

/** Gives the line of one exchange, its end included, or a part of it; the duration is in milliseconds. */
export type AccessLogFormat = (exchange: Exchange, durationMs: number) => string;

/** A format that cannot be used. The message goes to the user. */
export class AccessLogFormatError extends Error {
  override name = 'AccessLogFormatError';
}

/**
 * The Common Log Format (https://httpd.apache.org/docs/current/logs.html#common) with the request id at its end, as in Amazon API
 * Gateway's preset of that name.
 */
const CLF =
  '$context.identity.sourceIp - $context.principal [$context.requestTime] "$context.httpMethod $context.path $context.protocol" ' +
  '$context.status $context.responseLength $context.requestId';

/** Amazon's limit for an HTTP API. */
const FORMAT_LENGTH_MAX = 3072;

const REFERENCE = /\$context\.([A-Za-z0-9_]{1,64}(?:[.:-][A-Za-z0-9_]{1,64}){0,8})/g;

/** Characters that separate values where a format does not quote them; those that it uses are kept out of such values. */
const SEPARATORS = " ,;|<>=[](){}'&";

/** Variables whose own form holds separators, and nothing that a client wrote. */
const VERBATIM: ReadonlySet<string> = new Set(['requestTime', 'error.messageString']);

type LogValue = (exchange: Exchange, durationMs: number) => string | undefined;

/**
 * Compiles the setting `accessLog.format`: `json`, `clf`, `none` (gives null), or a line with `$context` variables, of which one must be
 * the request id. What has no value prints `-`. Query strings are in no format: keys and tokens travel in them.
 * Throws `AccessLogFormatError`, or `ContextVariableError` for an unknown variable.
 */
export function compileAccessLogFormat(format: string): AccessLogFormat | null {
  if (format === 'none') return null;
  if (format === 'json') return jsonAccessLogLine;
  return compileLine(format === 'clf' ? CLF : format);
}

function compileLine(format: string): AccessLogFormat {
  if (format.length > FORMAT_LENGTH_MAX) throw new AccessLogFormatError(`The format is longer than ${FORMAT_LENGTH_MAX} characters`);
  if (/[^ -~\t]/.test(format)) throw new AccessLogFormatError('The format must be one line of printable ASCII characters');
  const references = [...format.matchAll(REFERENCE)];
  if (!references.some(([, name]) => name === 'requestId' || name === 'extendedRequestId')) {
    throw new AccessLogFormatError('The format must contain $context.requestId; or use json, clf or none');
  }
  const literals: string[] = [];
  let position = 0;
  for (const reference of references) {
    literals.push(format.slice(position, reference.index));
    position = reference.index + reference[0].length;
  }
  const end = `${format.slice(position)}\n`;
  const foreign = /\$[A-Za-z{]\S{0,40}/.exec(literals.join(' ') + end);
  if (foreign !== null) throw new AccessLogFormatError(`"${foreign[0]}" is no variable of the access log: they are written $context.NAME`);
  const written = literals.join('') + end;
  const unquoted = compileEscape([...SEPARATORS].filter((character) => written.includes(character)).join(''));
  // In XML, quotes alone do not make a value safe.
  const inQuotes = written.includes('<') ? compileEscape('<>&') : loggable;
  let quoted = false;
  const values = references.map(([, name = ''], index) => {
    for (const character of literals[index] as string) if (character === '"') quoted = !quoted;
    return compileReference(name, quoted ? inQuotes : VERBATIM.has(name) ? (text) => text : unquoted);
  });
  return (exchange, durationMs) => {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (literals[i] as string) + (values[i] as AccessLogFormat)(exchange, durationMs);
    return line + end;
  };
}

function compileReference(name: string, safe: (text: string) => string): AccessLogFormat {
  const source = LOG_VALUES.get(name) ?? compileContextVariable(name);
  return (exchange, durationMs) => {
    const value = source(exchange, durationMs);
    return value === undefined || value === '' ? '-' : safe(value);
  };
}

/** What a log may say, or say better, than a mapping whose value leaves the gateway. */
const LOG_VALUES: ReadonlyMap<string, LogValue> = new Map<string, LogValue>([
  ['path', loggedPath],
  ['responseLatency', (_, durationMs) => String(Math.round(durationMs))],
  ['integration.error', ({ error }) => error?.cause],
  ['integrationErrorMessage', ({ error }) => error?.cause],
]);
