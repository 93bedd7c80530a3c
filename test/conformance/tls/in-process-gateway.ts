import type { BackendDefinition, Snapshot, TlsSettings } from '@gatehouse/contract';
import { SnapshotPacker } from '@gatehouse/gateway';
import { GatewayThreads } from '@gatehouse/gateway/threads';
import { configSchema } from '../../../packages/server/src/config-schema.ts';
import type { KeyPair } from './certificates.ts';

export interface InProcessGateway {
  threads: GatewayThreads;
  /** `https://127.0.0.1:<port>`. */
  url: string;
  /** What it said, a line for each message. */
  log: string[];
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export interface InProcessOptions {
  certificates: KeyPair[];
  /** Every path goes to this backend. */
  backend: Partial<BackendDefinition> & Pick<BackendDefinition, 'targets'>;
  gateway?: Record<string, unknown>;
}

/** A gateway with its threads in this process, whose one API is a proxy to one backend. */
export async function startInProcess({ certificates, backend, gateway = {} }: InProcessOptions): Promise<InProcessGateway> {
  const listen = { host: '127.0.0.1', port: 0 };
  const { gateway: settings } = configSchema.parse({
    gateway: { threads: 1, accessLog: { format: 'none' }, listen, tls: { listen, certificates }, ...gateway },
  });
  const log: string[] = [];
  const write = (fields: object, message: string) => log.push(`${message} ${JSON.stringify(fields)}`);
  const threads = new GatewayThreads({
    settings,
    accessLogFile: '',
    log: { info: write, warn: write, error: write },
    credentialsExpected: false,
  });
  await threads.start();
  const { packed, problems } = new SnapshotPacker().pack(snapshotOf(backend));
  if (packed === undefined) throw new Error(JSON.stringify(problems));
  const result = await threads.apply(packed);
  if (!result.applied) throw new Error(JSON.stringify(result.problems));
  return {
    threads,
    url: `https://127.0.0.1:${threads.tlsPort}`,
    log,
    async metrics() {
      await threads.collectMetrics();
      return threads.metrics.text();
    },
    stop: () => threads.drain(500),
  };
}

/** Settings of `gateway.tls` with other certificates; `more` is laid over them. */
export function tlsSettings(certificates: KeyPair[], more: object = {}): TlsSettings {
  const { tls } = configSchema.parse({ gateway: { tls: { certificates, ...more } } }).gateway;
  if (tls === undefined) throw new Error('no settings');
  return tls;
}

function snapshotOf(backend: InProcessOptions['backend']): Snapshot {
  const route = (path: string) => ({
    method: 'ANY',
    path,
    integration: { kind: 'http' as const, backend: 'origin', passThrough: true, parameters: [] },
    policies: [],
  });
  return {
    format: 1,
    number: 1,
    hash: 'test',
    environments: ['production'],
    defaultEnvironment: 'production',
    backends: [
      {
        id: 'origin',
        name: 'origin',
        type: 'http',
        environments: {
          production: {
            loadBalancing: 'round-robin',
            timeouts: {},
            retry: { attempts: 0, budget: 0 },
            ejection: { failures: 0, durationMs: 0, shareMax: 0 },
            connectionsMax: 8,
            hostHeader: 'target',
            ...backend,
          },
        },
      },
    ],
    revisions: [
      {
        id: 'r',
        api: 'proxy',
        basePath: '/',
        errorProfile: 'problem',
        timeouts: {},
        policies: [],
        routes: [route('/'), route('/{proxy+}')],
      },
    ],
    publications: [{ fingerprint: 'p', revision: 'r', environment: 'production', variables: {} }],
    domains: [],
    policies: [],
    errorProfile: 'problem',
    timeouts: {},
  };
}
