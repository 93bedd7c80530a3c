export type RoutingErrorCode =
  | 'route.invalid-template'
  | 'route.duplicate'
  | 'route.too-many-patterns'
  | 'routing.invalid-path'
  | 'routing.duplicate-path'
  | 'routing.duplicate-host'
  | 'routing.duplicate-environment'
  | 'routing.unknown-environment';

/** Routes, paths, hosts or environments that cannot be told apart, or that no request can reach. The message goes to the user. */
export class RoutingError extends Error {
  override name = 'RoutingError';
  readonly code: RoutingErrorCode;

  constructor(code: RoutingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
