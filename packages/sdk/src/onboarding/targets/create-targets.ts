import { fileURLToPath } from 'node:url';
import type { Variables } from '../metadata/read-metadata.ts';
import { OnboardRefusal } from '../refusal.ts';
import { createDirectoryTarget } from './directory-target.ts';
import { createGatehouseTarget } from './gatehouse-target.ts';
import { createS3Target } from './s3-target.ts';
import type { Target, TargetOptions } from './target.ts';

/** Environment variables that say where to write when the options do not. */
export const TARGET_VARIABLES = {
  /** `s3://bucket/prefix`, `file:///directory` or the URL of Gatehouse. */
  target: 'GATEHOUSE_ONBOARD_TARGET',
  roleArn: 'GATEHOUSE_ONBOARD_ROLE_ARN',
  externalId: 'GATEHOUSE_ONBOARD_EXTERNAL_ID',
  /** Of a store other than Amazon's; the bucket then stands in the path. */
  endpoint: 'GATEHOUSE_ONBOARD_S3_ENDPOINT',
  token: 'GATEHOUSE_TOKEN',
} as const;

/** Opens targets; none are asked for yet. Throws `OnboardRefusal`. */
export function createTargets(given: TargetOptions | readonly TargetOptions[] | undefined, env: Variables): Target[] {
  const options =
    given === undefined ? readTarget(env) : Array.isArray(given) ? (given as readonly TargetOptions[]) : [given as TargetOptions];
  return options.slice(0, 10).map((target) => createTarget(target, env));
}

function createTarget(options: TargetOptions, env: Variables): Target {
  if ('s3' in options) return createS3Target(options.s3);
  if ('gatehouse' in options)
    return createGatehouseTarget({ ...options.gatehouse, token: options.gatehouse.token ?? env[TARGET_VARIABLES.token] ?? '' });
  if ('directory' in options && typeof options.directory === 'string' && options.directory !== '')
    return createDirectoryTarget(options.directory);
  throw new OnboardRefusal(['a target must be { s3 }, { directory } or { gatehouse }']);
}

function readTarget(env: Variables): TargetOptions[] {
  const text = env[TARGET_VARIABLES.target]?.trim();
  if (text === undefined || text === '') return [];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  switch (url?.protocol) {
    case 's3:':
      return [{ s3: { ...parseS3Place(text.slice('s3://'.length)), ...readS3Variables(env) } }];
    case 'file:':
      return [{ directory: fileURLToPath(url) }];
    case 'http:':
    case 'https:':
      return [{ gatehouse: { url: text } }];
    default:
      throw new OnboardRefusal([`${TARGET_VARIABLES.target} must be s3://bucket/prefix, file:///directory or the URL of Gatehouse`]);
  }
}

function readS3Variables(env: Variables) {
  const arn = env[TARGET_VARIABLES.roleArn]?.trim();
  const externalId = env[TARGET_VARIABLES.externalId]?.trim();
  const endpoint = env[TARGET_VARIABLES.endpoint]?.trim();
  return {
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(arn ? { role: { arn, ...(externalId ? { externalId } : {}) } } : {}),
  };
}

/** `bucket/prefix`, the prefix with or without a last slash. */
export function parseS3Place(text: string): { bucket: string; prefix?: string } {
  const slash = text.indexOf('/');
  if (slash === -1) return { bucket: text };
  const prefix = text.slice(slash + 1);
  return { bucket: text.slice(0, slash), ...(prefix === '' ? {} : { prefix }) };
}
