import { describe, expect, test } from 'vitest';
import { type ListenerKind, OUR_LISTENERS } from '../support/listeners.ts';
import { PlainNodeListener } from '../support/plain-node-listener.ts';
import { type FuzzReport, fuzzWire } from './fuzz-wire.ts';

/** `GATEHOUSE_FUZZ_SEED=7` looks elsewhere; `npm run fuzz -- wire` looks for longer. */
const SEED = Number(process.env.GATEHOUSE_FUZZ_SEED ?? 1);
const ALL_MS = 8_000;

/** What a failing test shows: enough to send the bytes again. */
function shown({ seed, messages, findings }: FuzzReport): string {
  const list = findings.map(({ kind, detail, text }) => `${kind}: ${detail}\n    ${JSON.stringify(text)}`);
  return `GATEHOUSE_FUZZ_SEED=${seed}, ${messages} messages:\n${list.join('\n')}`;
}

describe('generated and mutated messages', () => {
  for (const kind of OUR_LISTENERS) {
    test(`nothing that llhttp refuses passes ${kind.name}, and both read the same`, async () => {
      const report = await fuzzWire({ kind, seed: SEED, durationMs: ALL_MS / OUR_LISTENERS.length, findingsMax: 5 });
      expect(report.findings, shown(report)).toEqual([]);
      expect(report.bothAccepted, 'the generator makes messages that are accepted').toBeGreaterThan(100);
      expect(report.bothRefused, 'and such that are not').toBeGreaterThan(100);
    });
  }

  test('a parser that is lenient is found out', async () => {
    const lenient: ListenerKind = {
      name: 'node:http',
      create: (options, handler) => new PlainNodeListener(options, handler, { patient: true, lenient: true }),
    };
    const { findings } = await fuzzWire({ kind: lenient, seed: SEED, durationMs: 10_000, findingsMax: 1 });
    expect(findings.map(({ kind }) => kind)).toContain('accepted what llhttp refuses');
  });
});
