/** Placeholder until the implementation follows. */
export interface UpstreamRegistry {
  readonly todo: never;
}
