import type { ErrorProfileName } from '@gatehouse/contract';
import { alibabaProfile } from './alibaba-profile.ts';
import { awsHttpProfile, awsRestProfile } from './aws-profile.ts';
import type { ErrorProfile } from './error-profile.ts';
import { problemProfile } from './problem-profile.ts';

const PROFILES: Record<ErrorProfileName, ErrorProfile> = {
  problem: problemProfile,
  'aws-rest': awsRestProfile,
  'aws-http': awsHttpProfile,
  alibaba: alibabaProfile,
};

export function findErrorProfile(name: ErrorProfileName): ErrorProfile {
  return PROFILES[name];
}
