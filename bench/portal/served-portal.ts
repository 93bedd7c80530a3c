import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPetstore } from '../../examples/petstore/server.ts';
import { Instance } from '../../test/support/control.ts';
import { runChild } from '../process/children.ts';

const TOKEN = 'an-admin-token-for-the-bench-only';
const FILL_MS = 600_000;
const KNOWN_MS = 60_000;

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const GITHUB = 'node_modules/@octokit/openapi/generated/api.github.com.json';

export interface ServedPortalOptions {
  /** Of the catalog, made for it; 0: only what is published. */
  entities: number;
  /** Has GitHub's description of its REST API in the catalog too, over ten megabytes. */
  github: boolean;
  cores: string;
}

/** A Gatehouse with the built portal and data, as `gatehouse start` serves it, and a session of its admin. */
export class ServedPortal {
  readonly url: string;
  readonly token = TOKEN;
  readonly cookie: { name: string; value: string };
  readonly #instance: Instance;
  readonly #service: Server;

  private constructor(instance: Instance, service: Server, cookie: { name: string; value: string }) {
    this.url = instance.controlUrl;
    this.cookie = cookie;
    this.#instance = instance;
    this.#service = service;
  }

  static async start({ entities, github, cores }: ServedPortalOptions): Promise<ServedPortal> {
    const service = createPetstore({ environment: 'production' }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const api = { backend: 'pets', owner: 'team-pets', publish: ['test', 'production'] };
    const instance = await Instance.prepare({
      role: 'all',
      env: { GATEHOUSE_ADMIN_TOKEN: TOKEN },
      config: {
        ...(github ? { catalog: { locations: [{ type: 'file', target: './github.yaml', rules: [{ allow: ['API'] }] }] } } : {}),
        backends: [{ name: 'pets', type: 'http', environments: { test: { url }, production: { url } } }],
        apis: [
          { ...api, name: 'petstore', definition: fromRoot('examples/petstore/openapi.yaml'), basePath: '/petstore' },
          { ...api, name: 'frobs', definition: fromRoot('examples/frobs/openapi.yaml'), basePath: '/frobs' },
        ],
      },
    });
    try {
      if (github) {
        await copyFile(fromRoot(GITHUB), join(instance.directory, 'github.json'));
        await writeFile(join(instance.directory, 'github.yaml'), GITHUB_ENTITY);
      }
      if (entities > 0) {
        const args = ['--max-old-space-size=8192', fromRoot('bench/catalog/fill.ts'), 'sqlite', instance.dataDir, String(entities)];
        await runChild('fill', { command: process.execPath, args }, cores, FILL_MS);
      }
      await instance.start();
      for (const name of ['petstore', ...(github ? ['github'] : [])]) await untilKnown(instance.controlUrl, name);
      return new ServedPortal(instance, service, await signIn(instance.controlUrl));
    } catch (error) {
      await instance.remove();
      service.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#instance.remove();
    this.#service.closeAllConnections();
    this.#service.close();
  }
}

/** The catalog reads its sources after the process is ready. */
async function untilKnown(url: string, api: string): Promise<void> {
  const query = `${url}/api/catalog/entities?filter=kind=api,metadata.name=${api}&fields=metadata.name`;
  const deadline = Date.now() + KNOWN_MS;
  for (;;) {
    const answer = await fetch(query, { headers: { authorization: `Bearer ${TOKEN}` } });
    if (answer.ok && ((await answer.json()) as unknown[]).length > 0) return;
    if (Date.now() > deadline) throw new Error(`The catalog has no API ${api} after ${KNOWN_MS / 1_000} s: ${answer.status}`);
    await sleep(100);
  }
}

const GITHUB_ENTITY = `apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: github }
spec: { type: openapi, lifecycle: production, owner: team-pets, definition: { $text: ./github.json } }
`;

async function signIn(url: string): Promise<{ name: string; value: string }> {
  const answer = await fetch(`${url}/api/auth/session`, {
    method: 'POST',
    body: JSON.stringify({ token: TOKEN }),
    headers: { 'content-type': 'application/json', 'x-gatehouse-csrf': '1' },
  });
  const [cookie = ''] = answer.headers.getSetCookie();
  const [pair = ''] = cookie.split(';');
  const equals = pair.indexOf('=');
  if (!answer.ok || equals < 1) throw new Error(`Signing in was refused: ${answer.status} ${await answer.text()}`);
  return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
}
