import type { OutputFile } from '../entity/create-entities.ts';

/** Whether a file was written, or was there already as it is. */
export type WriteState = 'written' | 'unchanged';

/** A place to put the files of a service. */
export interface Target {
  /** For the log; without anything secret. */
  name: string;
  /** Whether it takes files, or entities with their definition in one body. */
  takes: 'files' | 'push';
  /** Where the file is once it is written, for the log. */
  placeOf(file: OutputFile): string;
  /** Writes one file, or finds it unchanged. Rejects with `TargetRefusal` when trying again would not help. */
  write(file: OutputFile, signal: AbortSignal): Promise<WriteState>;
  /** Gives back connections. */
  close?(): void;
}

/** A target that said no, and would say it again. */
export class TargetRefusal extends Error {
  override name = 'TargetRefusal';
}

export interface S3TargetOptions {
  bucket: string;
  /** Before the keys of the files, such as `apis/`; a slash after it is added. */
  prefix?: string;
  /** Default: as the AWS SDK finds it, `AWS_REGION` first. */
  region?: string;
  /** Of a store other than Amazon's. */
  endpoint?: string;
  /** The bucket stands in the path instead of in the host. */
  forcePathStyle?: boolean;
  /** Default: as the AWS SDK finds them. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The role to write as, such as one of the account that the bucket is in. */
  role?: {
    arn: string;
    externalId?: string;
    /** Default: `gatehouse-onboarding`. */
    sessionName?: string;
    /** Of the Security Token Service, when it is not Amazon's. */
    stsEndpoint?: string;
  };
}

export interface GatehouseTargetOptions {
  /** Of the control plane, without `/api/v1`. */
  url: string;
  /** An access token; default: `GATEHOUSE_TOKEN`. */
  token?: string;
}

/** Where a service is written to. */
export type TargetOptions = { s3: S3TargetOptions } | { directory: string } | { gatehouse: GatehouseTargetOptions };
