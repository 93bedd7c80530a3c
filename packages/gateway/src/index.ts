export { type PackedSnapshot, type PackedTarget, packSnapshot } from './compile/pack-snapshot.ts';
export { POLICY_KINDS } from './policies/policy-registry.ts';
export { compileAccessLogFormat } from './telemetry/access-log.ts';
