import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeHello, NodeMessage, NodeReport } from '@gatehouse/contract';
import { DatabaseUnavailableError } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { TokenAuthenticator } from '../access/token-authenticator.ts';
import type { NodeGateway, NodeIdentity } from '../nodes/node-gateway.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';
import { InstallationKey } from '../secrets/installation-key.ts';
import type { Authenticator } from './authenticator.ts';
import { migrateControl, startTestServer } from './testing/test-server.ts';

const hello: NodeHello = {
  protocol: 1,
  id: 'node-1',
  bootId: 'boot-1',
  name: 'edge',
  address: '10.0.0.1:8000',
  version: '1',
  snapshot: null,
  revisions: [],
  credentials: null,
};

/** A gateway whose streams say what they are told to, until they are aborted. */
class Scripted implements NodeGateway {
  readonly opened: { hello: NodeHello; identity: NodeIdentity; signal: AbortSignal }[] = [];
  readonly reported: { id: string; reports: readonly NodeReport[]; identity: NodeIdentity }[] = [];
  messages: NodeMessage[] = [{ type: 'welcome', protocol: 1, heartbeatMs: 1000, codeKey: '' }];
  refusal: Refusal | undefined;
  taken = 0;
  endless = false;

  async *open(hello: NodeHello, identity: NodeIdentity, signal: AbortSignal): AsyncGenerator<NodeMessage> {
    if (this.refusal !== undefined) throw this.refusal;
    this.opened.push({ hello, identity, signal });
    do {
      for (const message of this.messages) {
        this.taken++;
        yield message;
      }
      await delay(0);
    } while (this.endless && !signal.aborted);
    if (!signal.aborted) await once(signal, 'abort');
  }

  async report(id: string, reports: readonly NodeReport[], identity: NodeIdentity): Promise<void> {
    this.reported.push({ id, reports, identity });
  }
}

describeDatabases<ControlTables>(
  'The endpoints of nodes',
  (open) => {
    async function start() {
      const nodes = new Scripted();
      const server = await startTestServer(await open(), { nodes });
      const token = await server.token('node');
      const stream = (body: unknown = hello) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        return fetch(`${server.url}/api/v1/node/stream`, { method: 'POST', headers, body: JSON.stringify(body) });
      };
      return { nodes, server, token, stream };
    }

    test('a message reaches the node at once, on a stream that stays open', async () => {
      const { nodes, stream } = await start();
      const response = await stream();
      expect(response.headers.get('content-type')).toBe('application/x-ndjson');
      const reader = response.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      expect(JSON.parse(new TextDecoder().decode(value))).toEqual(nodes.messages[0]);
      expect(nodes.opened).toMatchObject([{ hello, identity: { kind: 'remote' } }]);
      await reader?.cancel();
    });

    test('a node that goes away ends its stream', async () => {
      const { nodes, stream } = await start();
      const response = await stream();
      const signal = nodes.opened[0]?.signal;
      const ended = signal === undefined ? undefined : once(signal, 'abort');
      await response.body?.cancel();
      await ended;
      expect(signal?.aborted).toBe(true);
    });

    test('a node that does not read is not sent more than its connection holds', async () => {
      const { nodes, stream } = await start();
      nodes.endless = true;
      nodes.messages = [{ type: 'welcome', protocol: 1, heartbeatMs: 1000, codeKey: 'x'.repeat(1_000_000) }];
      const response = await stream();
      let taken = -1;
      while (taken !== nodes.taken) {
        taken = nodes.taken;
        await delay(200);
      }
      expect(taken).toBeLessThan(100);
      await response.body?.cancel();
    });

    test('revoking its token ends the stream of a node', async () => {
      const { nodes, server, stream } = await start();
      const response = await stream();
      const admin = await server.token('admin');
      const { items } = (await server.call('GET', '/tokens', { token: admin })).body;
      const id = items.find((item: { role: string }) => item.role === 'node').id;
      expect((await server.call('DELETE', `/tokens/${id}`, { token: admin })).status).toBe(200);
      for await (const _ of response.body ?? []) if (nodes.taken > 100) break;
      expect(nodes.opened[0]?.signal.aborted).toBe(true);
    });

    test('closing the server ends the streams of nodes, and waits for none of them', async () => {
      const { nodes, server, stream } = await start();
      const response = await stream();
      await server.close();
      expect(nodes.opened[0]?.signal.aborted).toBe(true);
      expect((await response.text()).trimEnd()).toBe(JSON.stringify(nodes.messages[0]));
    });

    test('a refusal of the stream is a problem document, as anywhere', async () => {
      const { nodes, stream } = await start();
      nodes.refusal = new Refusal('request.invalid', 'Another protocol');
      const response = await stream();
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'request.invalid', detail: 'Another protocol' }]);
      nodes.refusal = undefined;
      expect(await (await stream({ ...hello, protocol: 2 })).json()).toMatchObject({ problems: [{ path: ['body', 'protocol'] }] });
    });

    test('reports come with the identity that the stream had', async () => {
      const { nodes, server, token, stream } = await start();
      const response = await stream();
      const reports = [{ type: 'applied', number: 4, hash: 'h' }];
      expect((await server.call('POST', '/node/reports', { token, body: { id: 'node-1', reports } })).status).toBe(204);
      expect(nodes.reported).toEqual([{ id: 'node-1', reports, identity: nodes.opened[0]?.identity }]);
      await response.body?.cancel();
    });

    test('reports of a node whose stream is open here are taken while the database is away, until its token has ended', async () => {
      const database = await open();
      const log = { warn: () => undefined };
      const real = new TokenAuthenticator({ database, key: new InstallationKey(Buffer.alloc(32, 7)), log });
      let away = false;
      const authenticator: Authenticator = {
        async authenticate(fields) {
          if (away) throw new DatabaseUnavailableError('The database is away');
          return real.authenticate(fields);
        },
      };
      const nodes = new Scripted();
      const server = await startTestServer(database, { nodes, authenticator });
      onTestFinished(() => real.close());
      const [token, other] = [await server.token('node'), await server.token('node', 'other')];
      const report = async (as: string) =>
        (await server.call('POST', '/node/reports', { token: as, body: { id: 'node-1', reports: [] } })).status;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const stream = await fetch(`${server.url}/api/v1/node/stream`, { method: 'POST', headers, body: JSON.stringify(hello) });
      away = true;
      expect([await report(token), await report(other)]).toEqual([204, 503]);
      // The stream lives on through several looks at its token.
      await delay(1_200);
      expect(nodes.opened[0]?.signal.aborted).toBe(false);
      away = false;
      await database.transaction((tx) => tx.deleteFrom('tokens').execute());
      for await (const _ of stream.body ?? []);
      expect(await report(token)).toBe(401);
    });

    test('the head of a snapshot is serialized once for all nodes', async () => {
      const { nodes, stream } = await start();
      let serialized = 0;
      const head = {
        toJSON() {
          serialized++;
          return { number: 7 };
        },
      };
      nodes.messages = [{ type: 'snapshot', head, routeCount: 0, targets: [], digest: 'd' } as never];
      for (let node = 0; node < 2; node++) {
        const response = await stream({ ...hello, id: `node-${node}` });
        const { value } = (await response.body?.getReader().read()) ?? {};
        expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({ type: 'snapshot', head: { number: 7 } });
      }
      expect(serialized).toBe(1);
    });

    test('what a newer node says beyond what is known here is left out; control characters are refused, and told where', async () => {
      const { nodes, server, token, stream } = await start();
      const response = await stream({ ...hello, weather: 'fine' });
      expect([response.status, nodes.opened[0]?.hello]).toEqual([200, hello]);
      const applied = { type: 'applied', number: 4, hash: 'h' };
      const body = { id: 'node-1', reports: [{ ...applied, slices: 12 }], weather: 'fine' };
      expect((await server.call('POST', '/node/reports', { token, body })).status).toBe(204);
      expect(nodes.reported[0]?.reports).toEqual([applied]);
      for (const field of ['name', 'address', 'version']) {
        const refused = await stream({ ...hello, [field]: 'x\u0000y' });
        expect([refused.status, await refused.json()]).toMatchObject([400, { problems: [{ path: ['body', field] }] }]);
      }
      await response.body?.cancel();
    });

    test('only the role node may call them, and it may call nothing else', async () => {
      const { server, token } = await start();
      const admin = await server.token('admin');
      expect((await server.call('POST', '/node/reports', { token: admin, body: { id: 'n', reports: [] } })).status).toBe(403);
      expect((await server.call('GET', '/apps', { token })).body.code).toBe('access.denied');
    });
  },
  migrateControl,
);
