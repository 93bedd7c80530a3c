/** Every refusal of the management interface, by its stable code: RFC 9457 problem documents with `code` and what the code adds. */
export const MANAGEMENT_ERRORS = {
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'authentication.required': { status: 401, title: 'Credentials are missing or not valid' },
  'access.denied': { status: 403, title: 'Your role does not allow this' },
  'resource.not-found': { status: 404, title: 'There is no such resource' },
  'resource.exists': { status: 409, title: 'A resource of this name exists' },
  'resource.in-use': { status: 409, title: 'The resource is in use' },
  'managed.by-file': { status: 409, title: 'The resource is managed by a file and can be changed only there' },
  'confirmation.required': { status: 409, title: 'The change affects what is published: repeat it with confirm=true' },
  'backend.type-immutable': { status: 409, title: 'The type of a backend service never changes' },
  'backend.type-forbidden': { status: 422, title: 'Backend services of this type are not allowed in this region' },
  'backend.undefined-in-environment': { status: 409, title: 'The backend service is not defined in this environment' },
  'environment.unknown': { status: 422, title: 'There is no such environment' },
  'api.not-published': { status: 409, title: 'The API is not published in this environment' },
  'definition.invalid': { status: 422, title: 'The definition has errors' },
  'publication.invalid': { status: 422, title: 'The API cannot be published as it is' },
  'reference.unknown': { status: 422, title: 'Something that is referred to does not exist' },
  'version.stale': { status: 412, title: 'The resource was changed meanwhile: read it again' },
  'debug.unavailable': { status: 503, title: 'No gateway node is connected that could run the request' },
  'service.unavailable': { status: 503, title: 'The database cannot be reached: nothing was changed' },
  'service.outcome-unknown': { status: 503, title: 'The database broke off: whether the change was stored is not known' },
  'request.too-large': { status: 413, title: 'The request body is too large' },
  'request.unsupported-media-type': { status: 415, title: 'The request body must be application/json' },
  'method.not-allowed': { status: 405, title: 'The method is not allowed here' },
  internal: { status: 500, title: 'The control plane failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ManagementErrorCode = keyof typeof MANAGEMENT_ERRORS;
