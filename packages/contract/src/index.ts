export {
  type AccessRule,
  type AuthSettings,
  DEFAULT_AUTH_SETTINGS,
  type GithubSettings,
  type GuestSettings,
  type OidcSettings,
} from './auth-config.ts';
export {
  type DefinitionFault,
  type DefinitionKind,
  definitionFault,
  type NetworkAccess,
  networkAccess,
} from './backend-config.ts';
export { bodyText, type WrittenDefinition, writtenBackendDefinition } from './backend-definition.ts';
export { BACKEND_TYPES, type BackendType, mayBeMocked, UNAVAILABLE_BACKEND_TYPES, unavailableType } from './backend-types.ts';
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
export { ERROR_EXPLANATIONS } from './error-explanations.ts';
export { ERROR_PROFILES, GATEWAY_ERRORS, type GatewayErrorCode, type GatewayErrorKind } from './errors.ts';
export * from './node-protocol.ts';
export type * from './packed-snapshot.ts';
export { isPluginPath, type PluginSettings, pluginName } from './plugin-config.ts';
export { formatPath, formatProblem, hasErrors, type Place, type Problem, type Severity } from './problem.ts';
export type { ProxyEndpoint, ProxySettings } from './proxy-config.ts';
export type * from './snapshot.ts';
export { namesUnixSocket, parseTargetUrl, type TargetUrl } from './target-url.ts';
export {
  type ClientCertificateSettings,
  certificateHosts,
  isStoredKeyMark,
  keyPairFault,
  storedKeyMark,
  type TlsSettings,
} from './tls-config.ts';
export * from './traffic-report.ts';
export { duration, size } from './units.ts';
