export {
  type ApiConfig,
  type AppConfig,
  authSetting,
  type BackendConfig,
  backendDefinition,
  backendType,
  type ConfigSchemaParts,
  createApiFields,
  createConfigSchema,
  type DomainConfig,
  domain,
  type GatehouseConfig,
  type GatewaySettings,
  resourceName,
  toAuthentication,
} from './config.ts';
export * from './credentials.ts';
export { type DebugCall, type DebugRequest, type DebugResult, debugRequest, debugResult } from './debug.ts';
export type * from './definition-diff.ts';
export { ERROR_PROFILES, GATEWAY_ERRORS, type GatewayErrorCode, type GatewayErrorKind } from './errors.ts';
export * from './node-protocol.ts';
export type * from './packed-snapshot.ts';
export { formatPath, formatProblem, hasErrors, type Place, type Problem, type Severity } from './problem.ts';
export type { ProxyEndpoint, ProxySettings } from './proxy-config.ts';
export type * from './snapshot.ts';
export { certificateHosts, type TlsSettings } from './tls-config.ts';
export { duration, size } from './units.ts';
