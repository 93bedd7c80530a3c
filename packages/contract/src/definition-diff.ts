/** What differs between two definitions of an API, as its callers and its operators see it. */
export interface DefinitionDiff {
  /** Breaking ones first, then by path and method; what concerns the whole definition before its operations. */
  changes: DefinitionChange[];
  /** Whether any change breaks callers, those included that did not fit into `changes`. */
  breaking: boolean;
}

/** One difference. */
export interface DefinitionChange {
  /** Stable id, for example `operation-removed`; all are in docs/breaking-changes.md. */
  rule: string;
  /** Whether a caller that keeps to the former definition can fail. */
  breaking: boolean;
  /** Absent when the change concerns the whole definition. */
  operation?: ChangedOperation;
  /** Where, for example `request query parameter "status"` or `response 200 application/json /items/name`. At most 300 characters. */
  location: string;
  /** One sentence for people, at most 400 characters. */
  message: string;
  /** Shortened where it is large; absent where there was nothing or where it may hold credentials. */
  before?: unknown;
  after?: unknown;
}

/** An operation by the names that people know it by: the new ones where it has been renamed. */
export interface ChangedOperation {
  /** Upper case; `ANY` for `x-amazon-apigateway-any-method`. */
  method: string;
  /** As it is written in the definition. */
  path: string;
  operationId?: string;
}
