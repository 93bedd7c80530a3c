/** Placeholder until the implementation follows. */
export interface RouteSeries {
  readonly todo: never;
}
