import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadlines } from '../../../packages/gateway/src/upstream/deadlines.ts';
import type { Listener } from '../../../packages/gateway/src/wire/wire.ts';
import { listenerOptions, OUR_LISTENERS, REFERENCE_LISTENER } from '../../support/listeners.ts';
import { RecordingHandler } from '../../support/recording-handler.ts';
import { runWireRecord } from './run-wire-record.ts';
import { WIRE_RECORDS } from './wire-records.ts';

for (const kind of [...OUR_LISTENERS, REFERENCE_LISTENER]) {
  describe(`listener ${kind.name}`, () => {
    const handler = new RecordingHandler();
    let listener: Listener;
    let port = 0;

    beforeAll(async () => {
      listener = kind.create(listenerOptions(), handler, new Deadlines());
      port = await listener.listen();
    });

    afterAll(() => listener?.drain(0));

    for (const [part, records] of Object.entries(WIRE_RECORDS)) {
      describe(part, () => {
        for (const record of records) {
          test(`${record.id}, in one piece`, () => runWireRecord(record, { kind: kind.name, port, handler, byteByByte: false }));
          test(`${record.id}, byte by byte`, () => runWireRecord(record, { kind: kind.name, port, handler, byteByByte: true }));
        }
      });
    }
  });
}

test('every record has an id of its own', () => {
  const ids = Object.values(WIRE_RECORDS)
    .flat()
    .map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
