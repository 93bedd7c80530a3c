import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { expectFields } from '../support/matchers.ts';
import { withClient } from '../support/raw-client.ts';
import { RECORD_FIELD, ScriptedOrigin } from '../support/scripted-origin.ts';
import { seedConfig, seedFiles } from './seed-config.ts';
import type { SeedRecord } from './seed-record.ts';
import { seeds } from './seeds.ts';

let origin: ScriptedOrigin;
let gateway: RunningGateway;

beforeAll(async () => {
  origin = await ScriptedOrigin.start();
  gateway = await startGateway({ config: seedConfig(origin.port), files: seedFiles(origin.port) });
});

afterAll(async () => {
  await gateway?.stop();
  await origin?.stop();
});

async function run({ request, expect: expected }: SeedRecord, key: string): Promise<void> {
  const response = await withClient(gateway.port, (client) => {
    client.send(request.replace('\r\n', `\r\n${RECORD_FIELD}: ${key}\r\n`));
    return client.response();
  });
  expect(response.status, response.text).toBe(expected.status);
  expectFields(response.fields, expected.fields ?? {}, 'the response');
  if (expected.body !== undefined) expect(response.text).toBe(expected.body);
  const seen = origin.requestsOf(key);
  if (expected.backend === 'nothing') {
    expect(seen).toEqual([]);
  } else {
    expect(seen.map(({ line }) => line)).toEqual([expected.backend.line]);
    expectFields(seen[0]?.fields ?? [], expected.backend.fields ?? {}, 'the request at the backend');
  }
  expect(origin.violations.splice(0)).toEqual([]);
}

for (const [i, record] of seeds.entries()) test(record.id, () => run(record, `seed-${i}`));

test('every record has an id of its own', () => {
  const ids = seeds.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
