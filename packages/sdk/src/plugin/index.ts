// Durations and sizes as everywhere in gatehouse.yaml, for schemas of plugins.
export { duration, size } from '@gatehouse/contract';
export type { PluginAccess, PluginCaller } from './caller.ts';
export { type ConfigResult, type ConfigSchema, definePlugin, PLUGIN_API, type Plugin, type PluginDefinition } from './define-plugin.ts';
export {
  defineMigrations,
  type PluginColumnTypes,
  type PluginDatabase,
  type PluginMigration,
  type PluginMigrations,
} from './plugin-database.ts';
export type {
  PluginEnvironment,
  PluginFetchInit,
  PluginLifecycle,
  PluginLog,
  PluginScheduler,
  ScheduleOptions,
} from './plugin-environment.ts';
export { PluginRefusal, type PluginRefusalOptions } from './plugin-refusal.ts';
