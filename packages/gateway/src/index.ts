export { checkSnapshot } from './compile/check-snapshot.ts';
export { type CompileInput, type CompileResult, compileNow, compileSnapshot } from './compile/compile-snapshot.ts';
export { POLICY_KINDS } from './policies/policy-registry.ts';
export {
  type ApplyResult,
  type GatewayLog,
  GatewayThreads,
  type GatewayThreadsOptions,
  PortInUseError,
} from './threads/gateway-threads.ts';
