import type { Exchange } from '../exchange/exchange.ts';
import { compileAccessLogFormat } from './access-log.ts';
import { LogWriter } from './log-writer.ts';
import type { ThreadMetrics } from './metrics.ts';

/** What a thread tells of the exchanges it carried: one record each, when it is over. */
export interface Telemetry {
  /** Counts the exchange and writes its log line. `nowMs` is on the clock of `performance.now()`. Never throws. */
  record(exchange: Exchange, nowMs: number): void;
  /** For log rotation. */
  reopen(): void;
  /** Writes what is left of the log: wait for it before the thread ends. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  accessLog: { format: string; output: 'stdout' | 'file' };
  /** Path of the access log, when it goes to a file. */
  file: string;
  metrics: ThreadMetrics;
  /** The access log cannot be written. Default: a process warning. */
  onLogError?(error: Error): void;
}

const STDOUT = 1;

/** Creates the telemetry of one thread. Throws when the format is not valid or the file cannot be opened. */
export function createTelemetry({ accessLog, file, metrics, onLogError = warn }: TelemetryOptions): Telemetry {
  const format = compileAccessLogFormat(accessLog.format);
  if (format === null) {
    return {
      record: (exchange, nowMs) => metrics.seriesOf(exchange).observe(exchange, nowMs - exchange.startedMs),
      reopen() {},
      close: () => Promise.resolve(),
    };
  }
  const log = new LogWriter({
    to: accessLog.output === 'file' ? file : STDOUT,
    onDropped: (lines) => metrics.accessLogDropped(lines),
    onError: onLogError,
  });
  return {
    record(exchange, nowMs) {
      const durationMs = nowMs - exchange.startedMs;
      metrics.seriesOf(exchange).observe(exchange, durationMs);
      log.write(format(exchange, durationMs));
    },
    reopen: () => log.reopen(),
    close: () => log.close(),
  };
}

function warn(error: Error): void {
  process.emitWarning(`The access log cannot be written: ${error.message}`);
}
