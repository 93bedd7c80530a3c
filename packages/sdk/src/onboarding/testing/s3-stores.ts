import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import S3rver from 's3rver';

/** A store that speaks S3, made by others. */
export interface Store {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  client: S3Client;
  close(): Promise<void>;
}

export async function openFauxqs(bucket: string): Promise<Store> {
  const server = await startFauxqs({ port: 0, logger: false });
  const store = await open(`http://127.0.0.1:${server.port}`, { accessKeyId: 'test', secretAccessKey: 'test' }, bucket);
  return { ...store, close: () => server.stop() };
}

/** s3rver knows one pair of keys. */
export async function openS3rver(bucket: string): Promise<Store> {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-s3-'));
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory });
  const { port } = await server.run();
  const store = await open(`http://127.0.0.1:${port}`, { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }, bucket);
  const close = async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { ...store, close };
}

async function open(endpoint: string, credentials: Store['credentials'], bucket: string): Promise<Omit<Store, 'close'>> {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { endpoint, credentials, client };
}

/** A server on a free port of this machine. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends a server with its connections. */
export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  if (server.listening) await once(server, 'close');
}

/** A Security Token Service that hands out the given keys for one role and external id. */
export function createTokenService(
  keys: Store['credentials'],
  arn: string,
  externalId: string,
): { server: Server; requests: URLSearchParams[] } {
  const requests: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const parameters = new URLSearchParams(body);
    requests.push(parameters);
    response.setHeader('Content-Type', 'text/xml');
    if (parameters.get('RoleArn') !== arn || parameters.get('ExternalId') !== externalId) {
      const error = `<Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/service is not authorized to perform: sts:AssumeRole on resource: ${parameters.get('RoleArn')}</Message>`;
      response
        .writeHead(403)
        .end(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>${error}</Error></ErrorResponse>`);
      return;
    }
    const credentials = `<AccessKeyId>${keys.accessKeyId}</AccessKeyId><SecretAccessKey>${keys.secretAccessKey}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
    const user = `<Arn>${arn}/session</Arn><AssumedRoleId>AROA:session</AssumedRoleId>`;
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`,
    );
  });
  return { server, requests };
}
