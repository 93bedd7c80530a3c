// What a process needs that reads configuration files and has no database: pure functions only.
export { type ReadResources, toFileResources } from './managed/to-file-resources.ts';
export { buildSnapshot, revisionId } from './snapshot/build-snapshot.ts';
export { hashContent } from './snapshot/revision-content.ts';
export { toDefinition, toTimeouts } from './snapshot/to-definition.ts';
