export { SnapshotPacker } from './compile/pack-snapshot.ts';
export { CredentialStore, type StagedCredentials } from './credentials/credential-store.ts';
export { CredentialsFullError } from './credentials/shared-heap.ts';
export { POLICY_KINDS } from './policies/policy-registry.ts';
export { compileAccessLogFormat } from './telemetry/access-log.ts';
