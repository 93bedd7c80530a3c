export { type PackedSnapshot, type PackedTarget, SnapshotPacker } from './compile/pack-snapshot.ts';
export { POLICY_KINDS } from './policies/policy-registry.ts';
export { compileAccessLogFormat } from './telemetry/access-log.ts';
