export { checkConfiguration } from './check.ts';
export { configSchema } from './config-schema.ts';
