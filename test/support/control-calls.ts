import { apis, apps, backends, type OperationResult } from '@gatehouse/contract/management';
import { type ManagementClient, ManagementError } from '@gatehouse/sdk/management';
import { openApi } from './config.ts';
import type { Echo } from './echo-origin.ts';

/** Calls that most tests of the control plane make, each one step of a person's work. */

let count = 0;

/** A name that no other test has: tests share a control plane. */
export function newName(prefix: string): string {
  return `${prefix}-${++count}`;
}

/** Creates a backend service with a URL for each of these environments. */
export async function createBackend(client: ManagementClient, name: string, urls: Readonly<Record<string, string>> = {}): Promise<void> {
  await client.call(backends.createBackend, { body: { name, type: 'http' } });
  for (const [environment, url] of Object.entries(urls)) await defineBackend(client, name, environment, url);
}

/** Defines a URL, confirmed beforehand. */
export async function defineBackend(
  client: ManagementClient,
  name: string,
  environment: string,
  url: string,
): Promise<OperationResult<typeof backends.putBackendDefinition>> {
  const input = { params: { name, environment }, query: { confirm: true }, body: { url } };
  return (await client.call(backends.putBackendDefinition, input)).body;
}

/** Saves a draft with a GET operation at each of these paths; `more` is laid over it. */
export async function saveApi(client: ManagementClient, name: string, backend: string, paths: readonly string[], more: object = {}) {
  const definition = openApi(Object.fromEntries(paths.map((path) => [path, { get: { summary: `Reads ${path}` } }])));
  return (await client.call(apis.putApi, { params: { name }, body: { definition, backend, basePath: `/${name}`, ...more } })).body;
}

export async function publish(
  client: ManagementClient,
  name: string,
  environment: string,
): Promise<OperationResult<typeof apis.publishApi>> {
  return (await client.call(apis.publishApi, { params: { name }, body: { environment } })).body;
}

export async function authorize(client: ManagementClient, app: string, api: string, environment: string, expiresAt?: Date) {
  const body = { api, environment, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) };
  return (await client.call(apps.createAuthorization, { params: { name: app }, body })).body;
}

/** What a call is refused with. Throws when it is not, or not by the management interface. */
export async function refusalOf(call: Promise<unknown>): Promise<ManagementError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ManagementError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** What a caller of the gateway got. */
export interface Reached {
  status: number;
  /** Name of the origin that answered; null: the gateway itself did. */
  origin: string | null;
  headers: Headers;
  /** What the origin received. */
  echo: Echo | undefined;
  text: string;
}

/** A request to a gateway, in an environment. */
export async function reach(
  gatewayUrl: string,
  environment: string,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reached> {
  const response = await fetch(`${gatewayUrl}/${environment}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  const origin = response.headers.get('x-origin');
  return {
    status: response.status,
    origin,
    headers: response.headers,
    echo: origin === null ? undefined : (JSON.parse(text) as Echo),
    text,
  };
}
