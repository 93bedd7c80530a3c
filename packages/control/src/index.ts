export type { Caller } from './access/caller.ts';
export { ControlPlane, type ControlPlaneOptions } from './control-plane.ts';
export type { AppliedFile } from './managed/apply-file.ts';
export type { FileResources } from './managed/file-resources.ts';
export { type Implementation, implement } from './operation/implementation.ts';
export { Refusal } from './operation/refusal.ts';
export type { PublishedApi } from './publishing/published-apis.ts';
