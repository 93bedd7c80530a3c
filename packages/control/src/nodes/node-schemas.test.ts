import { expect, test } from 'vitest';
import { nodeReports } from './node-schemas.ts';

const zeros = new Array<number>(14).fill(0);
const series = (change: object) => ({
  api: 'a',
  environment: 'test',
  operation: 'GET /x',
  minute: 0,
  requests: 1,
  clientErrors: 0,
  serverErrors: 0,
  durations: zeros,
  durationMs: 0,
  backendDurations: zeros,
  backendDurationMs: 0,
  errors: [],
  ...change,
});
const call = (operation: string | null) => ({
  ...{ app: 'x', proven: true, at: 0, requestId: 'r', api: 'a', environment: 'test', operation, status: 500, ms: 1, code: null },
});
const parse = (changes: object[], operations: (string | null)[] = []) => {
  const report = { bootId: 'b', sequence: 1, sentAt: 0, series: changes.map(series), calls: operations.map(call), lost: 0 };
  return nodeReports.safeParse({ id: 'n', reports: [{ type: 'traffic', report }] });
};

test('an operation whose name cannot be stored is counted with others, and those beside it as themselves', () => {
  const names = ['GET /x', 'GET /{i\0d}', `GET /${'x'.repeat(3_000)}`, 'GET /\ud800'];
  const parsed = parse(
    names.map((operation) => ({ operation })),
    [...names, null],
  );
  const [told] = parsed.data?.reports ?? [];
  const report = told?.type === 'traffic' ? told.report : undefined;
  const others = 'other operations';
  expect(report?.series.map(({ operation }) => operation)).toEqual(['GET /x', others, others, others]);
  expect(report?.calls.map(({ operation }) => operation)).toEqual(['GET /x', others, others, others, null]);
});

test('counts that no node can have counted are refused: sums of them would not fit any more', () => {
  expect(parse([{ requests: 2 ** 40 }]).success).toBe(true);
  const many = { requests: 2 ** 41 };
  const tooMany = [many, { durations: [...zeros.slice(1), 2 ** 41] }, { errors: [['x', 2 ** 41]] }, { durationMs: 2 ** 52 }];
  expect(tooMany.map((change) => parse([change]).success)).toEqual([false, false, false, false]);
});
