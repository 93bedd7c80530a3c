/** Placeholder until the implementation follows. */
export interface RouteTree<Route> {
  readonly todo: Route;
}
