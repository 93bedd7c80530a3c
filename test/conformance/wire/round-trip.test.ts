import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roundTrip, roundTripCases } from '../../fuzz/round-trip.ts';
import { proxyConfig } from '../../support/config.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { WIRES } from '../../support/wires.ts';

const CASES = roundTripCases(1, 250);

for (const wire of WIRES) {
  describe(`gateway.wire: ${wire.name}`, () => {
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

    test('what the backend receives is the request that was sent, once', async () => {
      const { received, differences } = await roundTrip(gateway.port, origin, CASES, { trailers: true, mayRefuse: false });
      expect(differences, differences.join('\n')).toEqual([]);
      expect(received).toBe(CASES.length);
    });
  });
}
