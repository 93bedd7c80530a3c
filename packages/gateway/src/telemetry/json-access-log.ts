import type { Exchange, Principal } from '../exchange/exchange.ts';
import { backendMs } from '../mapping/context-variables.ts';
import { loggable } from './loggable.ts';
import { loggedPath } from './logged-path.ts';
import { logLabels } from './route-series.ts';
import { isoTime, millisecondsText } from './time-text.ts';
import { traceIdOf } from './trace-context.ts';

/**
 * The JSON access log line. Put together by hand: building an object and serialising it costs several times as much. What does not apply
 * to a request is left out. `time` is when the answer was complete. Client, host, trace and target were checked when they were read.
 */
export function jsonAccessLogLine(exchange: Exchange, durationMs: number): string {
  const { error, principal } = exchange;
  const userAgent = exchange.request.get('user-agent');
  return (
    `{"time":"${isoTime(Date.now())}","requestId":"${loggable(exchange.requestId)}",${labelsOf(exchange)}"method":"${loggable(exchange.method)}",` +
    `"path":"${loggable(loggedPath(exchange))}","status":${exchange.status},"durationMs":${millisecondsText(durationMs)},` +
    (exchange.backendStartedMs === 0 ? '' : backendText(exchange)) +
    `"client":"${exchange.clientAddress}","host":"${exchange.host}",` +
    (userAgent === undefined ? '' : `"userAgent":"${loggable(userAgent)}",`) +
    (principal === null ? '' : principalText(principal)) +
    (error === null ? '' : `"error":"${error.code}",${error.cause === undefined ? '' : `"cause":"${loggable(error.cause)}",`}`) +
    (exchange.refusedBy === null ? '' : `"refusedBy":"${exchange.refusedBy}",`) +
    (exchange.aborted ? '"aborted":true,' : '') +
    `"requestBytes":${exchange.requestBytes},"responseBytes":${exchange.responseBytes},"traceId":"${traceIdOf(exchange.traceparent)}"}\n`
  );
}

function principalText({ id, kind, name }: Principal): string {
  const text = `"principal":"${loggable(id)}",`;
  return kind === 'app' && name !== undefined ? `${text}"app":"${loggable(name)}",` : text;
}

function labelsOf({ route, publication, environment }: Exchange): string {
  if (route?.series != null) return route.series.logText;
  return logLabels({ api: publication?.api ?? '', environment, route: route?.template ?? '' });
}

function backendText(exchange: Exchange): string {
  const { backendStatus, backendTarget, retries } = exchange;
  const ms = backendMs(exchange);
  return (
    (ms === undefined ? '' : `"backendMs":${millisecondsText(ms)},`) +
    (backendStatus === 0 ? '' : `"backendStatus":${backendStatus},`) +
    (backendTarget === '' ? '' : `"backendTarget":"${backendTarget}",`) +
    (retries === 0 ? '' : `"retries":${retries},`)
  );
}
