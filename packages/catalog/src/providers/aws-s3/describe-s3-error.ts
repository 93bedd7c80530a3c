import type { S3ServiceException } from '@aws-sdk/client-s3';

/** What the codes of S3 and STS mean for who configures the catalog. */
const REMEDIES: Readonly<Record<string, (bucket: string) => string>> = {
  NoSuchBucket: (bucket) => `there is no bucket ${bucket}; check bucketName, region and accountId`,
  AccessDenied: () => 'access is denied; the credentials need s3:ListBucket on the bucket and s3:GetObject on its objects',
  AllAccessDisabled: () => 'access is denied by the owner of the bucket',
  InvalidAccessKeyId: () => 'the access key is not known; check accessKeyId',
  SignatureDoesNotMatch: () => 'the signature does not match; check secretAccessKey',
  ExpiredToken: () => 'the credentials have expired',
  ExpiredTokenException: () => 'the credentials have expired',
  TokenRefreshRequired: () => 'the credentials have expired',
  RequestTimeTooSkewed: () => 'the clock of this machine is wrong',
  PermanentRedirect: () => 'the bucket is in another region; set region',
  AuthorizationHeaderMalformed: () => 'the bucket is in another region; set region',
  SlowDown: () => 'the storage asks for fewer requests; scan less often',
  CredentialsProviderError: () => 'there are no credentials; set integrations.awsS3, aws.accounts or AWS_ACCESS_KEY_ID',
};

/** An answer of the storage, and not a failure on the way to it. */
export function isS3Error(error: unknown): error is S3ServiceException {
  return error instanceof Error && '$metadata' in error && '$fault' in error;
}

/** Why S3 or STS refused, in a sentence and without anything secret. */
export function describeS3Error(error: unknown, bucket: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message.includes('AssumeRole')) return `the role could not be assumed (${error.name}: ${error.message})`;
  const remedy = REMEDIES[error.name]?.(bucket);
  if (remedy !== undefined) return `${remedy} (${error.name})`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (isS3Error(error)) return `${error.message || 'the storage refused'} (${code}, status ${error.$metadata.httpStatusCode ?? 'unknown'})`;
  return `the storage could not be reached (${code})`;
}
