import * as http from 'node:http';
import * as https from 'node:https';
import type { S3Client } from '@aws-sdk/client-s3';
import type { OutputFile } from '../entity/create-entities.ts';
import { messageOf, OnboardRefusal, toOneLine } from '../refusal.ts';
import { type S3TargetOptions, type Target, TargetRefusal, type WriteState } from './target.ts';

type S3 = typeof import('@aws-sdk/client-s3');

/** User metadata of an object: the ETag is no hash of the content when a store encrypts. */
const HASH_METADATA = 'gatehouse-sha256';

interface Opened {
  s3: S3;
  client: S3Client;
}

/**
 * Writes objects of a bucket with the AWS SDK, which the service must have: `@aws-sdk/client-s3`, and `@aws-sdk/credential-providers` for a
 * role. Throws `OnboardRefusal` for options that cannot be right.
 */
export function createS3Target(options: S3TargetOptions): Target {
  const { bucket, prefix = '' } = options;
  if (typeof bucket !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._:/-]{1,254}$/.test(bucket)) {
    throw new OnboardRefusal(['s3.bucket must be the name of a bucket, or the ARN of an access point']);
  }
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  let opening: Promise<Opened> | undefined;
  const keyOf = (file: OutputFile) => `${folder}${file.path}`;
  return {
    name: `s3://${bucket}/${folder}`,
    takes: 'files',
    placeOf: (file) => `s3://${bucket}/${keyOf(file)}`,
    async write(file, signal) {
      opening ??= openClient(options);
      const opened = await opening.catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      try {
        return await putOnce(opened, bucket, keyOf(file), file, signal);
      } catch (error) {
        throw explain(error, options);
      }
    },
    close() {
      opening?.then(
        ({ client }) => client.destroy(),
        () => undefined,
      );
    },
  };
}

async function putOnce({ s3, client }: Opened, bucket: string, key: string, file: OutputFile, signal: AbortSignal): Promise<WriteState> {
  const place = { Bucket: bucket, Key: key };
  try {
    const { Metadata, ContentLength } = await client.send(new s3.HeadObjectCommand(place), { abortSignal: signal });
    if (Metadata?.[HASH_METADATA] === file.hash && ContentLength === file.bytes.length) return 'unchanged';
  } catch (error) {
    // Without s3:ListBucket a missing object is forbidden, not missing; a role that may only write is told the same. Writing decides.
    // What the Security Token Service forbids is another matter.
    const status = error instanceof s3.S3ServiceException ? statusOf(error) : undefined;
    if (status !== 404 && status !== 403) throw error;
  }
  const content = {
    Body: file.bytes,
    ContentType: file.mediaType,
    ContentLength: file.bytes.length,
    Metadata: { [HASH_METADATA]: file.hash },
  };
  await client.send(new s3.PutObjectCommand({ ...place, ...content }), { abortSignal: signal });
  return 'written';
}

async function openClient(options: S3TargetOptions): Promise<Opened> {
  const s3 = await load(() => import('@aws-sdk/client-s3'), '@aws-sdk/client-s3');
  const { region, endpoint, forcePathStyle, credentials, role } = options;
  const shared = {
    ...(region === undefined ? {} : { region }),
    // Attempts are counted here, so that all of them together are bounded.
    maxAttempts: 1,
    requestHandler: createHandlerOptions(),
  };
  const provider = role === undefined ? credentials : await assumeRole(role, credentials, shared);
  const client = new s3.S3Client({
    ...shared,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(forcePathStyle === undefined ? {} : { forcePathStyle }),
    ...(provider === undefined ? {} : { credentials: provider }),
    // Stores of others do not know the checksums that the SDK adds of its own accord.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { s3, client };
}

async function assumeRole(
  { arn, externalId, sessionName = 'gatehouse-onboarding', stsEndpoint }: NonNullable<S3TargetOptions['role']>,
  credentials: S3TargetOptions['credentials'],
  shared: { region?: string; maxAttempts: number; requestHandler: ReturnType<typeof createHandlerOptions> },
) {
  const providers = await load(() => import('@aws-sdk/credential-providers'), '@aws-sdk/credential-providers');
  return providers.fromTemporaryCredentials({
    params: { RoleArn: arn, RoleSessionName: sessionName, ...(externalId === undefined ? {} : { ExternalId: externalId }) },
    clientConfig: { ...shared, ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }) },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
  });
}

/** Connections that do not keep the process alive. */
function createHandlerOptions() {
  return { httpAgent: unreferenced(new http.Agent()), httpsAgent: unreferenced(new https.Agent()) };
}

function unreferenced<Agent extends http.Agent>(agent: Agent): Agent {
  const connect = agent.createConnection;
  agent.createConnection = function createConnection(...parameters) {
    const socket = Reflect.apply(connect, this, parameters);
    if (socket !== null && socket !== undefined && 'unref' in socket && typeof socket.unref === 'function') socket.unref();
    return socket;
  };
  return agent;
}

async function load<Module>(importing: () => Promise<Module>, name: string): Promise<Module> {
  try {
    return await importing();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')) {
      throw new TargetRefusal(`the package ${name} is needed: npm install ${name}`);
    }
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}

/** Requests that would be refused again. 403 for a clock that is wrong or credentials that have run out may pass: they are renewed. */
const PASSING: ReadonlySet<string> = new Set([
  'RequestTimeTooSkewed',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestTimeout',
  'SlowDown',
  'Throttling',
]);

function explain(error: unknown, { bucket, role }: S3TargetOptions): Error {
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : '';
  const message = toOneLine(`${name === 'Error' || name === '' ? '' : `${name}: `}${messageOf(error)}`);
  if (status === undefined || status >= 500 || status === 408 || status === 429 || PASSING.has(name)) return new Error(message);
  if (status === 301 || status === 307) return new TargetRefusal(`the bucket ${bucket} is in another region: set s3.region (${message})`);
  return new TargetRefusal(status === 403 && role !== undefined ? `as ${role.arn}: ${message}` : message);
}
