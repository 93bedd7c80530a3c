import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { AwsS3IntegrationSettings, AwsS3ProviderSettings, AwsSettings } from '../../processing/settings.ts';

export type AwsCredentials = NonNullable<S3ClientConfig['credentials']>;

/** A role, and who assumes it. */
interface Role {
  arn: string;
  externalId: string | undefined;
  region: string | undefined;
  /** Undefined: who the environment says, or the machine. */
  base: ReturnType<typeof staticKeys>;
  endpoint: string | undefined;
}

const SESSION_NAME = 'gatehouse';
const SESSION_SECONDS = 3_600;

/**
 * Whose credentials read a bucket, in Backstage's order: those of the provider's account (`aws.accounts`, `aws.accountDefaults`),
 * else those of the integration, else (undefined) what AWS's own chain finds. Throws an Error when the account has none.
 */
export function credentialsFor(
  provider: Pick<AwsS3ProviderSettings, 'accountId'>,
  integration: AwsS3IntegrationSettings | undefined,
  aws: AwsSettings,
): AwsCredentials | undefined {
  if (provider.accountId !== undefined) return credentialsOfAccount(provider.accountId, aws);
  const own = staticKeys(integration) ?? staticKeys(aws.mainAccount);
  if (integration?.roleArn === undefined) return own;
  return assuming({
    arn: integration.roleArn,
    externalId: integration.externalId,
    region: aws.mainAccount?.region,
    base: own,
    endpoint: aws.stsEndpoint,
  });
}

function credentialsOfAccount(accountId: string, aws: AwsSettings): AwsCredentials {
  const own = aws.accounts.find((candidate) => candidate.accountId === accountId);
  const account = own ?? aws.accountDefaults;
  const keys = staticKeys(own);
  if (account?.roleName === undefined) {
    if (keys !== undefined) return keys;
    throw new Error(
      `there are no credentials for the AWS account ${accountId}; add it to aws.accounts with a roleName or with accessKeyId and secretAccessKey`,
    );
  }
  return assuming({
    arn: `arn:${account.partition ?? 'aws'}:iam::${accountId}:role/${account.roleName}`,
    externalId: account.externalId,
    region: account.region ?? aws.mainAccount?.region,
    base: keys ?? staticKeys(aws.mainAccount),
    endpoint: aws.stsEndpoint,
  });
}

function staticKeys(from: { accessKeyId?: string | undefined; secretAccessKey?: string | undefined } | undefined) {
  if (from?.accessKeyId === undefined || from.secretAccessKey === undefined) return undefined;
  return { accessKeyId: from.accessKeyId, secretAccessKey: from.secretAccessKey };
}

/** Assumes the role when it is asked, and again before the session ends; the client that asks keeps what it gets until then. */
function assuming({ arn, externalId, region, base, endpoint }: Role): AwsCredentials {
  const options = {
    params: {
      RoleArn: arn,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    ...(base === undefined ? {} : { masterCredentials: base }),
    clientConfig: { region: region ?? 'us-east-1', maxAttempts: 3, ...(endpoint === undefined ? {} : { endpoint }) },
  };
  return async () => (await import('@aws-sdk/credential-providers')).fromTemporaryCredentials(options)();
}
