import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyConfig } from '../../support/config.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { fieldValues } from '../../support/http-message.ts';
import { head } from '../../support/origin-script.ts';
import { NoAnswerError, withClient } from '../../support/raw-client.ts';
import { type OriginRequest, ScriptedOrigin } from '../../support/scripted-origin.ts';
import { WIRES } from '../../support/wires.ts';
import { smugglingChunks } from './smuggling-chunks.ts';
import { smugglingFraming } from './smuggling-framing.ts';
import { smugglingHead } from './smuggling-head.ts';
import type { SmugglingRecord } from './smuggling-record.ts';

const KINDS = { framing: smugglingFraming, chunks: smugglingChunks, 'heads and what follows them': smugglingHead };
const SETTLED = '/settled';

for (const wire of WIRES) {
  describe(`smuggling through gateway.wire: ${wire.name}`, () => {
    let origin: ScriptedOrigin;
    let gateway: RunningGateway;

    beforeAll(async () => {
      origin = await ScriptedOrigin.start();
      gateway = await startGateway({ config: proxyConfig(origin.url, { gateway: wire.gateway }) });
    });

    afterAll(async () => {
      await gateway?.stop();
      await origin?.stop();
    });

    /** What was caused before has been noted by the backend when this one is answered. */
    async function settle(): Promise<void> {
      await withClient(gateway.port, async (client) => {
        client.send(head(`GET ${SETTLED} HTTP/1.1`, 'Host: gw.example'));
        expect((await client.response()).status).toBe(200);
      });
    }

    async function attack(record: SmugglingRecord, byteByByte: boolean): Promise<void> {
      const before = origin.requests.length;
      const statuses: number[] = [];
      await withClient(gateway.port, async (client) => {
        if (byteByByte) await client.sendByteByByte(record.send);
        else client.send(record.send);
        // What is left of an attack that was taken for half a message ends here.
        client.end();
        for (;;) {
          try {
            statuses.push((await client.response()).status);
          } catch (error) {
            if (!(error instanceof NoAnswerError) || client.closedHow === undefined) throw error;
            break;
          }
        }
      });
      await settle();
      const seen = origin.requests.slice(before).filter(({ target }) => target !== SETTLED);
      await origin.until('broken-off requests are closed', () => seen.every(({ complete, closed }) => complete || closed));
      expectHarmless(record, seen, statuses);
      expect(origin.violations.splice(0), 'forbidden bytes at the backend').toEqual([]);
    }

    for (const [kind, records] of Object.entries(KINDS)) {
      describe(kind, () => {
        for (const record of records) {
          test(`${record.id}, in one piece`, () => attack(record, false));
          test(`${record.id}, byte by byte`, () => attack(record, true));
        }
      });
    }
  });
}

function expectHarmless({ outcome }: SmugglingRecord, seen: readonly OriginRequest[], statuses: readonly number[]): void {
  expect(
    seen
      .filter(({ target, fields }) => target.includes('smuggled') || fieldValues(fields, 'x-smuggled').length > 0)
      .map(({ line }) => line),
    'smuggled',
  ).toEqual([]);
  const whole = seen.filter(({ complete }) => complete);
  expect(whole.length, 'whole requests at the backend').toBeLessThanOrEqual(1);
  const [request] = whole;
  const refusals = statuses.filter((status) => status >= 400);
  if (request === undefined) {
    expect(outcome.kind).not.toBe('forwarded');
    // Nothing, or one refusal: some of these are half a message, whose client leaves.
    expect(statuses.length).toBeLessThanOrEqual(1);
    expect(refusals).toEqual(statuses);
    return;
  }
  if (outcome.kind === 'refused') expect.fail(`forwarded: ${request.line}`);
  expect(request.line).toBe(outcome.line);
  expect(request.body.toString('latin1')).toBe(outcome.body);
  for (const name of outcome.without ?? []) {
    expect(fieldValues([...request.fields, ...request.trailers], name), name).toEqual([]);
  }
}

test('every record has an id of its own', () => {
  const ids = Object.values(KINDS)
    .flat()
    .map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
