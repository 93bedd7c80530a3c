export { checkConfiguration } from './check.ts';
export { configSchema } from './config-schema.ts';
export { RefusedError, type Running, type StartOptions, start } from './start.ts';
