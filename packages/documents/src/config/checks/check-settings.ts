import { duration, size } from '@gatehouse/contract';
import type { ConfigView, Report } from './config-view.ts';

type PathParts = (string | number)[];

/** Settings that are valid each by itself, but not together or not for what they are meant. */
export function checkSettings(view: ConfigView, report: Report): void {
  checkAccessLog(view, report);
  checkDatabase(view, report);
  checkPorts(view, report);
  checkLimits(view, report);
  checkTimeouts(view, ['gateway', 'timeouts'], report);
  for (const api of view.apis ?? []) checkTimeouts(view, [...api.path, 'timeouts'], report);
  for (const backend of view.backends ?? []) {
    for (const environment of backend.environments ?? []) {
      checkTimeouts(view, [...environment.path, 'timeouts'], report);
      checkHealthCheck(view, [...environment.path, 'healthCheck'], report);
    }
  }
}

/** As Amazon API Gateway does: a line that cannot be traced to its request is refused. */
function checkAccessLog(view: ConfigView, report: Report): void {
  const path: PathParts = ['gateway', 'accessLog', 'format'];
  const format = view.at(...path);
  if (typeof format === 'string' && !['json', 'clf', 'none'].includes(format)) {
    if (!/\$context\.(?:requestId|extendedRequestId)(?!\w|\.\w)/.test(format)) {
      const message =
        'gateway.accessLog.format must be json, clf, none, or a line that contains $context.requestId or $context.extendedRequestId';
      report('error', 'config.access-log-format', message, path);
    }
  }
  const file = ['gateway', 'accessLog', 'file'];
  if (view.at(...file) !== undefined && view.at('gateway', 'accessLog', 'output') !== 'file') {
    report('warning', 'config.unused-setting', 'gateway.accessLog.file is used with output: file only', file, { key: true });
  }
}

function checkDatabase(view: ConfigView, report: Report): void {
  const path = ['control', 'database'];
  const database = view.at(...path);
  if (typeof database !== 'string' || database === 'sqlite') return;
  const url = URL.parse(database);
  if (url?.protocol === 'postgresql:' && url.hostname !== '') return;
  // The value is not shown: it may hold a password.
  report('error', 'config.database', 'control.database must be sqlite, or a URL such as postgresql://user@host/database', path);
}

/** Only a warning: the two may be meant for processes of different roles on different machines. */
function checkPorts(view: ConfigView, report: Report): void {
  const gateway = ['gateway', 'listen'];
  const control = ['control', 'listen'];
  const port = view.at(...gateway, 'port') ?? 8000;
  if (port === 0 || port !== (view.at(...control, 'port') ?? 3000)) return;
  const hosts = [view.at(...gateway, 'host') ?? '0.0.0.0', view.at(...control, 'host') ?? '127.0.0.1'];
  if (hosts[0] !== hosts[1] && !hosts.some((host) => host === '0.0.0.0' || host === '::')) return;
  const path = view.at(...control, 'port') === undefined ? [...gateway, 'port'] : [...control, 'port'];
  report('warning', 'config.port-conflict', 'gateway.listen and control.listen name the same port, so one process cannot have both', path);
}

function checkLimits(view: ConfigView, report: Report): void {
  const limits = ['gateway', 'limits'];
  const headers = readDuration(view, [...limits, 'headersTimeout']) ?? 10_000;
  const request = readDuration(view, [...limits, 'requestTimeout']) ?? 300_000;
  if (request > 0 && (headers === 0 || headers > request)) {
    const message = 'gateway.limits.requestTimeout is shorter than headersTimeout, which then never strikes';
    report('warning', 'config.timeouts', message, writtenOf(view, limits, 'requestTimeout', 'headersTimeout'));
  }
  const headerBytes = readSize(view, [...limits, 'headerBytes']) ?? 16 * 1024;
  const uriBytes = readSize(view, [...limits, 'uriBytes']) ?? 8 * 1024;
  if (uriBytes > headerBytes) {
    const message = 'gateway.limits.uriBytes is larger than headerBytes, which the request line counts towards';
    report('warning', 'config.limits', message, writtenOf(view, limits, 'uriBytes', 'headerBytes'));
  }
}

/** `total` is the time for everything: what is longer than it never strikes. */
function checkTimeouts(view: ConfigView, path: PathParts, report: Report): void {
  const total = readDuration(view, [...path, 'total']);
  if (total === undefined || total === 0) return;
  for (const name of ['connect', 'response']) {
    const timeout = readDuration(view, [...path, name]);
    if (timeout === undefined || timeout <= total) continue;
    report('warning', 'config.timeouts', `the timeout ${name} is longer than total, and so never strikes`, [...path, name]);
  }
}

function checkHealthCheck(view: ConfigView, path: PathParts, report: Report): void {
  const interval = readDuration(view, [...path, 'interval']);
  const timeout = readDuration(view, [...path, 'timeout']);
  if (interval === 0) report('error', 'config.health-check', 'the interval of a health check cannot be 0', [...path, 'interval']);
  if (timeout === 0) {
    const message = 'the timeout of a health check cannot be 0: a target that hangs would stay healthy';
    report('error', 'config.health-check', message, [...path, 'timeout']);
  }
  if (interval !== undefined && interval > 0 && timeout !== undefined && timeout > interval) {
    report('warning', 'config.health-check', 'the timeout of the health check is longer than its interval', [...path, 'timeout']);
  }
}

/** The setting of two that is written, where the problem is shown. */
function writtenOf(view: ConfigView, path: PathParts, name: string, other: string): PathParts {
  return [...path, view.at(...path, name) === undefined ? other : name];
}

function readDuration(view: ConfigView, path: PathParts): number | undefined {
  const result = duration.safeParse(view.at(...path));
  return result.success ? result.data : undefined;
}

function readSize(view: ConfigView, path: PathParts): number | undefined {
  const result = size.safeParse(view.at(...path));
  return result.success ? result.data : undefined;
}
