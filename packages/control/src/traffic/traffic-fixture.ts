import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createConfigSchema, type NodeReport, type NodeTransport, type TrafficReport } from '@gatehouse/contract';
import type { OperationResult, traffic } from '@gatehouse/contract/management';
import type { TestDatabase } from '@gatehouse/database/testing';
import { createPolicyEntrySchema } from '@gatehouse/documents';
import { POLICY_KINDS } from '@gatehouse/gateway';
import { HttpNodeTransport, NodeAgent } from '@gatehouse/gateway/node';
import { GatewayThreads } from '@gatehouse/gateway/threads';
import { onTestFinished } from 'vitest';
import { ControlPlane } from '../control-plane.ts';
import { readResources } from '../managed/file-fixture.ts';
import { TestLog } from '../nodes/nodes-fixture.ts';

export const ADMIN_TOKEN = 'the-admin-token-of-traffic-tests';
export const PARTNER = { appKey: 'partner-key-0000001', appSecret: 'partner-secret-0001', appCode: 'partner-code-00001' };
export const STRANGER = { appKey: 'stranger-key-000001', appSecret: 'stranger-secret-001', appCode: 'stranger-code-0001' };

const schema = createConfigSchema({ policy: createPolicyEntrySchema(POLICY_KINDS) });

type Health = OperationResult<typeof traffic.apiHealth>;
type Calls = OperationResult<typeof traffic.listCalls>;

/** A transport whose answers get lost, or that nothing gets through, when the test says so. */
export class UnreliableTransport implements NodeTransport {
  readonly #inner: NodeTransport;
  /** Traffic reports as they were sent. */
  readonly sent: TrafficReport[] = [];
  answersAreLost = false;
  isCut = false;

  constructor(inner: NodeTransport) {
    this.#inner = inner;
  }

  open(...given: Parameters<NodeTransport['open']>): ReturnType<NodeTransport['open']> {
    return this.#inner.open(...given);
  }

  async report(nodeId: string, reports: NodeReport[]): Promise<void> {
    const figures = reports.flatMap((report) => (report.type === 'traffic' ? [report.report] : []));
    if (figures.length > 0 && this.isCut) throw new Error('The test has cut the way');
    this.sent.push(...figures);
    await this.#inner.report(nodeId, reports);
    if (figures.length > 0 && this.answersAreLost) throw new Error('The test has lost the answer');
  }
}

/**
 * A control plane with the APIs `pets` (operations that take GET and POST, signed or with a code) and `open` (for everybody, on a
 * backend that answers with the status that the path names, and on one that is not there), both in `test`.
 */
export async function startInstallation(place: TestDatabase) {
  const backend = createServer((request, response) => {
    response.statusCode = Number(/\/status\/(\d{3})$/.exec(request.url ?? '')?.[1] ?? 200);
    response.end('answered');
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  onTestFinished(() => {
    backend.closeAllConnections();
    backend.close();
  });
  const log = new TestLog();
  const control = await ControlPlane.open({
    settings: schema.parse({ control: { database: place.url, nodes: { heartbeat: '200ms' } } }).control,
    dataDir: place.dataDir,
    env: { GATEHOUSE_ADMIN_TOKEN: ADMIN_TOKEN },
    log,
    version: '0',
    trustedProxies: [],
  });
  onTestFinished(() => control.close());
  const mock = { 'x-gatehouse-integration': { type: 'mock', body: 'mocked' }, responses: { 200: { description: 'Done' } } };
  const proxied = (name: string) => ({
    'x-gatehouse-integration': { type: 'http', backend: name },
    responses: { 200: { description: 'Done' } },
  });
  const document = (paths: object) => ({ openapi: '3.1.0', info: { title: 'Test', version: '1' }, paths });
  await control.applyFile(
    await readResources({
      backends: [
        { name: 'there', type: 'http', environments: { test: { url: `http://127.0.0.1:${(backend.address() as AddressInfo).port}` } } },
        { name: 'gone', type: 'http', environments: { test: { url: 'http://127.0.0.1:1', ejection: { failures: 0 } } } },
      ],
      apis: [
        {
          name: 'pets',
          owner: 'team-pets',
          auth: 'app',
          definition: document({ '/pets': { get: mock, post: mock }, '/pets/{id}': { get: mock } }),
          publish: ['test'],
        },
        {
          name: 'open',
          owner: 'team-open',
          auth: 'none',
          definition: document({ '/status/{code}': { get: proxied('there') }, '/gone': { get: proxied('gone') } }),
          publish: ['test'],
        },
      ],
      apps: [
        { name: 'partner', owner: 'team-partner', ...PARTNER, authorizations: [{ api: 'pets', environments: ['test'] }] },
        { name: 'stranger', owner: 'team-stranger', ...STRANGER },
      ],
    }),
  );
  control.start();
  const url = `http://127.0.0.1:${await control.listen('127.0.0.1', 0)}`;

  async function call<Body>(
    method: string,
    path: string,
    token: string = ADMIN_TOKEN,
    body?: unknown,
  ): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  const token = async (role: string, ...teams: string[]) =>
    (await call<{ token: string }>('POST', '/tokens', ADMIN_TOKEN, { name: `${role}-${teams.join('-')}`, role, teams })).body.token;

  /** A gateway of its own, with as many threads, that tells of its traffic ten times a second. */
  async function startNode(kind: 'embedded' | 'remote', threads = 1) {
    const http = kind === 'remote' ? new HttpNodeTransport({ url, token: await token('node') }) : null;
    const transport = new UnreliableTransport(http ?? control.transport);
    const settings = schema.parse({ gateway: { listen: { host: '127.0.0.1', port: 0 }, threads, accessLog: { format: 'none' } } }).gateway;
    const gateway = new GatewayThreads({ settings, accessLogFile: join(place.dataDir, 'access.log'), log });
    await gateway.start();
    const identity = { name: `${kind}-node`, address: `127.0.0.1:${gateway.port}`, version: '0' };
    const agent = new NodeAgent({ transport, store: null, gateway, log, identity, reconnectMs: { min: 5, max: 20 }, trafficMs: 100 });
    await agent.start();
    await agent.whenReady();
    let stopped: Promise<void> | undefined;
    /** As a process that is asked to end. */
    const stop = () => {
      stopped ??= (async () => {
        await agent.stop();
        await gateway.drain(1_000);
        await agent.reportTraffic();
        http?.close();
      })();
      return stopped;
    };
    onTestFinished(stop);
    /** Sends requests to it, one after the other; returns the status of the last. */
    async function send(
      path: string,
      { times = 1, method = 'GET', headers = {} }: { times?: number; method?: string; headers?: Record<string, string> } = {},
    ) {
      let status = 0;
      for (let time = 0; time < times; time++) {
        const response = await fetch(`http://127.0.0.1:${gateway.port}/test${path}`, { method, headers });
        await response.text();
        status = response.status;
      }
      return status;
    }
    return { agent, gateway, transport, stop, send };
  }

  return {
    control,
    log,
    token,
    call,
    startNode,
    health: async (api: string, query = '', by?: string) =>
      (await call<Health>('GET', `/publications/${api}/test/health${query}`, by)).body,
    calls: async (app: string, query = '', by?: string) => (await call<Calls>('GET', `/apps/${app}/calls${query}`, by)).body.items,
  };
}

/** Fields of a signed GET without parameters. */
export function signed(path: string, { appKey, appSecret }: { appKey: string; appSecret: string }): Record<string, string> {
  const fields = { accept: 'application/json', 'x-ca-key': appKey };
  const text = ['GET', fields.accept, '', '', '', path].join('\n');
  return { ...fields, 'x-ca-signature': createHmac('sha256', appSecret).update(text).digest('base64') };
}

/** Fields of a call with an AppCode. */
export function coded({ appCode }: { appCode: string }): Record<string, string> {
  return { authorization: `APPCODE ${appCode}` };
}
