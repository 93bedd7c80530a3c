import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import S3rver from 's3rver';
import { afterTest, createDirectory } from '../../processing/processing-fixture.ts';

/** A storage with one bucket, and a client that writes to it as services do. */
export interface TestStorage {
  name: string;
  endpoint: string;
  bucket: string;
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  stop(): Promise<void>;
}

export const TEST_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const BUCKET = 'catalog';

function storage(name: string, endpoint: string, close: () => Promise<unknown>): TestStorage {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { ...TEST_KEYS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= close().then(() => client.destroy());
    return stopped;
  };
  afterTest(stop);
  return {
    name,
    endpoint,
    bucket: BUCKET,
    put: async (key, text) => void (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text }))),
    remove: async (key) => void (await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }))),
    stop,
  };
}

/** Keeps objects in memory, and takes any credentials. */
export async function startFauxqsStorage(): Promise<TestStorage> {
  const server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  return storage('fauxqs', `http://127.0.0.1:${server.port}`, () => server.stop());
}

/** Keeps objects in files, and checks signatures. */
export async function startS3rver(): Promise<TestStorage> {
  const directory = await createDirectory();
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET, configs: [] }],
    vhostBuckets: false,
  });
  const { port } = await server.run();
  return storage('s3rver', `http://127.0.0.1:${port}`, () => server.close());
}

/** A security token service that gives the keys of `startS3rver` to who names the role and the external id; others are denied. */
export async function startTokenService(role: string, externalId: string): Promise<{ endpoint: string; refuseWith(code: string): void }> {
  let refusal: string | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = new URLSearchParams(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'text/xml');
    if (call.get('RoleArn') !== role || call.get('ExternalId') !== externalId || refusal !== undefined) {
      response.statusCode = 403;
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${refusal ?? 'AccessDenied'}</Code><Message>${refusal ?? 'User is not authorized to perform: sts:AssumeRole'}</Message></Error></ErrorResponse>`,
      );
      return;
    }
    const { accessKeyId, secretAccessKey } = TEST_KEYS;
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterTest(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuseWith: (code) => {
      refusal = code;
    },
  };
}
