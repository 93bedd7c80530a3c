export {
  type ApiConfig,
  type BackendConfig,
  type ConfigSchemaParts,
  createConfigSchema,
  type DomainConfig,
  type GatehouseConfig,
  type GatewaySettings,
} from './config.ts';
export { ERROR_PROFILES, GATEWAY_ERRORS, type GatewayErrorCode, type GatewayErrorKind } from './errors.ts';
export { formatPath, formatProblem, hasErrors, type Place, type Problem, type Severity } from './problem.ts';
export type * from './snapshot.ts';
export { duration, size } from './units.ts';
