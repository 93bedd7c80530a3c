import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { apis, backends, type OperationCall, system } from '@gatehouse/contract/management';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  canMakeCertificates,
  type KeyPair,
  makeAuthority,
  makeSignedCertificate,
  signCertificate,
} from '../conformance/tls/certificates.ts';
import { Instance } from '../support/control.ts';
import { newName, publish, reach, refusalOf, saveApi } from '../support/control-calls.ts';
import { until } from '../support/gateway.ts';

const TEST_MS = 90_000;

type Definition = OperationCall<typeof backends.putBackendDefinition>['body'];

/** A backend that answers to who shows a certificate of `clients`, with the name that is in it. */
async function startOrigin(own: KeyPair, clients: KeyPair): Promise<Server> {
  const options = { cert: own.certificate, key: own.key, ca: clients.certificate, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (request, response) => {
    const caller = (request.socket as TLSSocket).getPeerCertificate().subject.CN;
    response.writeHead(200, { 'X-Origin': 'mtls' }).end(JSON.stringify({ caller }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Pieces of a private key that would be in whatever holds it, however its lines are ended. */
const piecesOf = ({ key }: KeyPair) => key.split('\n').filter((line) => line.length > 40);

async function filesBelow(directory: string): Promise<Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))));
}

describe.skipIf(!canMakeCertificates)('Private keys towards backends', () => {
  let control: Instance;
  let node: Instance;
  let server: Server;
  let own: ReturnType<typeof makeSignedCertificate>;
  let clients: KeyPair;
  let pair: KeyPair;

  beforeAll(async () => {
    own = makeSignedCertificate(['127.0.0.1']);
    clients = makeAuthority();
    pair = signCertificate(clients, ['gateway.example']);
    server = await startOrigin(own, clients);
    control = await Instance.start({ role: 'control', control: { nodes: { heartbeat: '400ms' } } });
    const token = await control.nodeToken();
    node = await Instance.start({ role: 'gateway', gateway: { control: { url: control.controlUrl, token, name: 'edge' } } });
  }, TEST_MS);

  afterAll(async () => {
    await Promise.all([node?.remove(), control?.remove()]);
    server?.closeAllConnections();
    server?.close();
  });

  const definitionWith = (tls: object): Definition => ({
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls: { ca: own.ca, ...tls },
  });

  const define = async (name: string, body: Definition, environment = 'test') =>
    (await control.client.call(backends.putBackendDefinition, { params: { name, environment }, query: { confirm: true }, body })).body;

  const shown = async (name: string) =>
    (await control.client.call(backends.getBackend, { params: { name } })).body.definitions.test?.definition as Definition;

  async function publishedWith(keyPair: KeyPair) {
    const backend = newName('pets');
    const api = newName('petstore');
    await control.client.call(backends.createBackend, { body: { name: backend, type: 'http' } });
    await define(backend, definitionWith(keyPair));
    await saveApi(control.client, api, backend, ['/pets']);
    await publish(control.client, api, 'test');
    return { backend, api };
  }

  const callerOf = async (api: string) => {
    const { status, text } = await reach(node.gatewayUrl, 'test', `/${api}/pets`);
    return status === 200 ? JSON.parse(text).caller : status;
  };

  test('a remote node shows the certificate, and the key is in no file, no answer and no log in clear', { timeout: TEST_MS }, async () => {
    const { backend, api } = await publishedWith(pair);
    expect(await callerOf(api)).toBe('gateway.example');
    const { body: debugged } = await control.client.call(apis.debugApi, {
      params: { name: api },
      body: { environment: 'test', request: { method: 'GET', path: '/pets' } },
    });
    expect(debugged.response.status).toBe(200);
    const { body: audit } = await control.client.call(system.listAudit, { query: { resource: `backends/${backend}` } });
    const definition = await shown(backend);
    expect(definition.tls?.key).toMatch(/^\(stored, SHA256:[A-Za-z0-9+/]{43}\)$/);

    const outputs = [control.process.output, node.process.output];

    // What the node has written by then is there too: it works from its disk alone.
    expect(await node.end('SIGTERM')).toBe(0);
    await control.end('SIGTERM');
    await node.start();
    expect(await callerOf(api)).toBe('gateway.example');
    await control.start();
    await until('the node is back', node.process, TEST_MS, async () => (await control.nodes())[0]?.connected === true);

    const texts = [JSON.stringify([debugged, audit, definition]), ...outputs, control.process.output, node.process.output];
    const files = [...(await filesBelow(control.dataDir)), ...(await filesBelow(node.dataDir))];
    expect(audit.items).toHaveLength(2);
    expect(files.some((file) => file.includes(definition.tls?.key ?? 'nothing'))).toBe(true);
    for (const piece of piecesOf(pair)) {
      for (const text of texts) expect(text.includes(piece)).toBe(false);
      for (const file of files) expect(file.includes(piece)).toBe(false);
    }
  });

  test('what is shown in its place keeps the key when it is sent back, and another certificate needs its own', {
    timeout: TEST_MS,
  }, async () => {
    const { backend, api } = await publishedWith(pair);
    const before = await shown(backend);
    // Nothing changes, and nothing is told to be served anew.
    expect((await define(backend, before)).refreshed).toEqual([]);
    const { refreshed } = await define(backend, { ...before, timeouts: { response: '9s' } });
    expect(refreshed).toMatchObject([{ api, status: 'applied' }]);
    expect(await callerOf(api)).toBe('gateway.example');
    const { definition } = await define(backend, definitionWith({ certificate: pair.certificate, key: '(stored)' }));
    expect(definition).toEqual(before);

    const renewed = signCertificate(clients, ['renewed.example']);
    const refusals = [
      define(backend, definitionWith({ certificate: renewed.certificate, key: '(stored)' })),
      define(backend, definitionWith({ certificate: pair.certificate, key: `(stored, SHA256:${'A'.repeat(43)})` })),
      define(backend, before, 'production'),
    ];
    for (const refusal of refusals) expect((await refusalOf(refusal)).problems).toMatchObject([{ path: ['body', 'tls', 'key'] }]);
    expect(await shown(backend)).toEqual(before);
    await define(backend, definitionWith(renewed));
    expect((await shown(backend)).tls?.key).not.toBe(before.tls?.key);
    await expect.poll(() => callerOf(api)).toBe('renewed.example');
  });

  test('the configuration file brings a key too, and bringing it again changes nothing', { timeout: TEST_MS }, async () => {
    const fromFile = signCertificate(clients, ['file.example']);
    await writeFile(join(control.directory, 'client.pem'), fromFile.certificate);
    await writeFile(join(control.directory, 'client.key'), fromFile.key, { mode: 0o600 });
    const tls = { certificate: { $file: 'client.pem' }, key: { $file: 'client.key' } };
    const backend = { name: 'declared', type: 'http', environments: { test: definitionWith(tls) } };
    await control.write({ config: { backends: [backend] } });
    control.process.signal('SIGHUP');
    const getDeclared = () => control.client.call(backends.getBackend, { params: { name: 'declared' } });
    await until('it is applied', control.process, TEST_MS, async () => (await getDeclared().catch(() => undefined)) !== undefined);
    await saveApi(control.client, 'on-declared', 'declared', ['/pets']);
    await publish(control.client, 'on-declared', 'test');
    expect(await callerOf('on-declared')).toBe('file.example');
    const { version } = (await getDeclared()).body;
    await control.end('SIGTERM');
    await control.start();
    expect((await getDeclared()).body.version).toBe(version);
    expect(control.process.stderr).not.toContain('The configuration file was applied');
    for (const file of await filesBelow(control.dataDir)) for (const piece of piecesOf(fromFile)) expect(file.includes(piece)).toBe(false);
  });
});
