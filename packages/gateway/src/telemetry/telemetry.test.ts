import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AccessLogFormatError } from './access-log.ts';
import { ThreadMetrics } from './metrics.ts';
import { createRequestId } from './request-id.ts';
import { createTelemetry } from './telemetry.ts';
import { createEndedExchange } from './test-exchange.ts';

function logFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'telemetry-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'access.log');
}

test('one exchange is one line and one count', async () => {
  const file = logFile();
  const metrics = new ThreadMetrics();
  const telemetry = createTelemetry({ accessLog: { format: 'json', output: 'file' }, file, metrics });
  const exchange = createEndedExchange();
  telemetry.record(exchange, exchange.startedMs + 12.5);
  telemetry.record(createEndedExchange({ route: null, requestId: 'request-2' }), 1001);
  await telemetry.close();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { requestId: 'request-1', durationMs: 12.5, route: '/pets/{id}' },
    { requestId: 'request-2', durationMs: 1 },
  ]);
  expect(metrics.drain().requests.filter((_, index) => index % 3 === 2)).toEqual([1, 1]);
});

test('without an access log, exchanges are counted all the same', async () => {
  const metrics = new ThreadMetrics();
  const telemetry = createTelemetry({ accessLog: { format: 'none', output: 'file' }, file: '/nowhere/access.log', metrics });
  telemetry.record(createEndedExchange(), 1004);
  telemetry.reopen();
  await telemetry.close();
  expect(metrics.drain().series).toHaveLength(1);
});

test('lines that are lost are in the metrics', async () => {
  const metrics = new ThreadMetrics();
  const telemetry = createTelemetry({ accessLog: { format: 'clf', output: 'file' }, file: logFile(), metrics });
  await telemetry.close();
  telemetry.record(createEndedExchange(), 1004);
  expect(metrics.drain()).toMatchObject({ accessLogDropped: 1, series: [expect.any(String)] });
});

test('a format that cannot be used is refused before the file is opened', () => {
  const options = {
    accessLog: { format: '$context.status', output: 'file' } as const,
    file: '/nowhere/access.log',
    metrics: new ThreadMetrics(),
  };
  expect(() => createTelemetry(options)).toThrow(AccessLogFormatError);
});

test('request ids are random UUIDs', () => {
  expect(createRequestId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
