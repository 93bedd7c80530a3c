import { createTestDatabase, type Dialect, describePostgres, startPostgres } from '@gatehouse/database/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { coded, PARTNER, STRANGER, signed, startInstallation } from './traffic-fixture.ts';

const SOON = { timeout: 10_000, interval: 50 };

async function openPlace(dialect: Dialect) {
  const place = await createTestDatabase(dialect);
  onTestFinished(() => place.remove());
  return place;
}

const describeBoth = (spec: (dialect: Dialect) => void) => {
  describe('traffic on SQLite', () => spec('sqlite'));
  describePostgres('traffic', () => spec('postgres'));
};

describeBoth((dialect) => {
  test('counts of two nodes and of a node that is restarted add up exactly, by operation, status and error', async () => {
    const { startNode, health } = await startInstallation(await openPlace(dialect));
    const [embedded, remote] = await Promise.all([startNode('embedded', 2), startNode('remote')]);
    const partner = { headers: coded(PARTNER) };
    await Promise.all([
      embedded.send('/pets/pets', { times: 20, ...partner }),
      remote.send('/pets/pets', { times: 15, ...partner }),
      remote.send('/pets/pets', { times: 5, method: 'POST', ...partner }),
      embedded.send('/pets/pets/7', { times: 3 }),
      embedded.send('/pets/nowhere', { times: 2, ...partner }),
      remote.send('/open/status/503', { times: 4 }),
      embedded.send('/open/gone', { times: 2 }),
    ]);
    // The last of it is told while the node ends, and the next one begins to count by itself.
    await remote.stop();
    const again = await startNode('remote');
    await again.send('/pets/pets', { times: 10, ...partner });
    await expect.poll(async () => (await health('pets')).totals.requests, SOON).toBe(55);
    const pets = await health('pets');
    expect(pets.totals).toMatchObject({ requests: 55, clientErrors: 5, serverErrors: 0 });
    expect(pets.operations).toMatchObject([
      { operation: 'GET /pets', requests: 45, clientErrors: 0 },
      { operation: 'POST /pets', requests: 5 },
      { operation: 'GET /pets/{id}', requests: 3, clientErrors: 3 },
    ]);
    expect(pets.errors).toMatchObject([
      { code: 'auth.missing', requests: 3, explanation: expect.stringContaining('AppCode') },
      { code: 'route.not-found', requests: 2 },
    ]);
    expect(pets.series.reduce((sum, { requests }) => sum + requests, 0)).toBe(55);
    expect(pets.series.at(-1)?.backendP95).toBeNull();
    expect((await health('pets', `?operation=${encodeURIComponent('POST /pets')}`)).totals.requests).toBe(5);
    const open = await health('open');
    expect(open.totals).toMatchObject({ requests: 6, serverErrors: 6 });
    expect(open.errors).toMatchObject([{ code: 'backend.failed', requests: 2 }]);
    expect(open.totals.p50).toBeGreaterThan(0);
    expect(open.series.some(({ backendP95 }) => backendP95 !== null)).toBe(true);
    await embedded.stop();
    await again.stop();
    expect((await health('pets')).totals.requests, 'nothing is told twice').toBe(55);
  });

  test('a report whose answer was lost comes again and is counted once; what a cut way held up is not lost', async () => {
    const { startNode, health } = await startInstallation(await openPlace(dialect));
    const { transport, send, stop } = await startNode('remote');
    transport.answersAreLost = true;
    await send('/open/status/200', { times: 7 });
    await expect.poll(() => transport.sent.length, SOON).toBeGreaterThanOrEqual(3);
    expect(new Set(transport.sent.map(({ sequence }) => sequence))).toEqual(new Set([1]));
    const told = transport.sent[0]?.series.reduce((sum, { requests }) => sum + requests, 0);
    expect((await health('open')).totals.requests).toBe(told);
    transport.isCut = true;
    await send('/open/status/200', { times: 5 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await send('/open/status/404', { times: 4 });
    transport.isCut = false;
    transport.answersAreLost = false;
    await expect.poll(async () => (await health('open')).totals, SOON).toMatchObject({ requests: 16, clientErrors: 4 });
    await stop();
    expect((await health('open')).totals.requests).toBe(16);
  });

  test('an app sees its latest calls, the refused ones explained, also those that only its wrong signature named', async () => {
    const { startNode, calls, call, token } = await startInstallation(await openPlace(dialect));
    const { send, stop } = await startNode('remote');
    expect(await send('/pets/pets', { headers: coded(PARTNER), times: 2 })).toBe(200);
    expect(await send('/pets/pets/7', { headers: signed('/test/pets/pets/7', { ...PARTNER, appSecret: 'another-secret' }) })).toBe(401);
    expect(await send('/pets/pets/8', { headers: signed('/test/pets/pets/8', PARTNER) })).toBe(200);
    expect(await send('/pets/pets', { headers: coded(STRANGER) })).toBe(403);
    expect(await send('/pets/pets', { headers: coded({ appCode: 'nobody-has-this-code' }) })).toBe(401);
    await expect.poll(async () => (await calls('partner')).length, SOON).toBe(4);
    expect(await calls('partner')).toMatchObject([
      { operation: 'GET /pets/{id}', status: 200, code: null, explanation: null, api: 'pets', environment: 'test', node: 'remote-node' },
      { operation: 'GET /pets/{id}', status: 401, code: 'auth.signature-mismatch', explanation: expect.stringContaining('AppSecret') },
      { operation: 'GET /pets', status: 200 },
      { operation: 'GET /pets', status: 200 },
    ]);
    expect(await calls('partner', '?errors=true')).toHaveLength(1);
    expect(await calls('partner', '?api=other')).toHaveLength(0);
    await expect.poll(() => calls('stranger'), SOON).toMatchObject([{ status: 403, code: 'auth.not-authorized' }]);
    // Their own team and all-seeing callers; for others there is no such app.
    expect(await calls('partner', '', await token('developer', 'team-partner'))).toHaveLength(4);
    expect((await call('GET', '/apps/partner/calls', await token('developer', 'team-pets'))).status).toBe(404);
    const page = await call<{ items: { requestId: string }[]; nextCursor?: string }>('GET', '/apps/partner/calls?limit=3');
    const rest = await call<{ items: { requestId: string }[] }>('GET', `/apps/partner/calls?limit=3&cursor=${page.body.nextCursor}`);
    const ids = [...page.body.items, ...rest.body.items].map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(4);
    expect(await send('/pets/nowhere', { headers: coded(PARTNER) })).toBe(404);
    expect(await send('/pets/pets/9', { headers: coded(PARTNER) })).toBe(200);
    await stop();
    // The route was not found, so nobody asked who called.
    expect((await calls('partner', '?limit=2')).map(({ operation, status }) => [operation, status])).toEqual([
      ['GET /pets/{id}', 200],
      ['GET /pets/{id}', 200],
    ]);
  });

  test('what is live shows how it behaves to everybody who is signed in; what was live to its owner only', async () => {
    const { control, startNode, call, token, health } = await startInstallation(await openPlace(dialect));
    const { send } = await startNode('embedded');
    await send('/open/status/200');
    await expect.poll(async () => (await health('open')).totals.requests, SOON).toBe(1);
    const other = await token('viewer', 'team-other');
    const owner = await token('viewer', 'team-open');
    const status = async (environment: string, by: string) => (await call('GET', `/publications/open/${environment}/health`, by)).status;
    expect([await status('test', other), await status('test', owner)]).toEqual([200, 200]);
    expect([await status('production', other), await status('production', owner)]).toEqual([404, 404]);
    await control.database.transaction((tx) => tx.deleteFrom('publications').where('environment', '=', 'test').execute());
    expect([await status('test', other), await status('test', owner)]).toEqual([404, 200]);
  });
});

describePostgres('traffic while the database is away', () => {
  test('gateways serve on, and everything is counted once it is back', { timeout: 60_000 }, async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const place = await createTestDatabase('sqlite');
    onTestFinished(() => place.remove());
    const { startNode, health, log } = await startInstallation({ ...place, url: postgres.url });
    const { send, agent } = await startNode('remote');
    await send('/open/status/200', { times: 3 });
    await expect.poll(async () => (await health('open')).totals.requests, SOON).toBe(3);
    await postgres.stop();
    for (let round = 0; round < 4; round++) {
      expect(await send('/open/status/200', { times: 5 })).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    expect(agent.status.controlConnected, 'its stream outlives that').toBe(true);
    expect(log.lines.filter((line) => line.includes('Figures of the traffic are not taken now'))).toHaveLength(1);
    await postgres.start();
    await expect.poll(async () => (await health('open')).totals?.requests, { timeout: 30_000, interval: 100 }).toBe(23);
  });
});
