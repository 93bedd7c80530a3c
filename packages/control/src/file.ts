// What a process needs that reads configuration files and has no database.
export { yieldToTraffic } from './import/yield-to-traffic.ts';
export { type ReadResources, toFileResources } from './managed/to-file-resources.ts';
export { buildSnapshot, revisionId } from './snapshot/build-snapshot.ts';
export { resolveNetwork } from './snapshot/definition-content.ts';
export { hashContent } from './snapshot/revision-content.ts';
export { toDefinition, toTimeouts } from './snapshot/to-definition.ts';
