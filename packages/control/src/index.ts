export { ControlPlane, type ControlPlaneOptions } from './control-plane.ts';
export type { AppliedFile } from './managed/apply-file.ts';
export type { FileResources } from './managed/file-resources.ts';
export { Refusal } from './operation/refusal.ts';
