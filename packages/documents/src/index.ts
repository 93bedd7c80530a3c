export { effectiveBasePath } from './config/base-path.ts';
export type { ConfigFiles } from './config/config-files.ts';
export { toConfigJsonSchema } from './config/json-schema.ts';
export { createPolicyEntrySchema, type PolicyEntry, type PolicyEntryKind } from './config/policy-entry.ts';
export { type ReadConfig, type ReadConfigOptions, readConfig } from './config/read-config.ts';
export { type ValidatedPolicies, validatePolicies } from './config/validate-policies.ts';
export { type ImportedDefinition, type ImportOptions, type ImportResult, importDefinition } from './openapi/import-definition.ts';
export { parseYaml, type YamlSource } from './source/yaml-source.ts';
