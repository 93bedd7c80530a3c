/** Names of Backstage's errors, by which its clients tell them apart, and their statuses. */
const STATUSES = {
  InputError: 400,
  AuthenticationError: 401,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  NotImplementedError: 501,
  ServiceUnavailableError: 503,
} as const;

export type CatalogErrorName = keyof typeof STATUSES;

/** A refusal of the REST interface; everything of it is shown to the caller. */
export class CatalogError extends Error {
  override readonly name: CatalogErrorName;

  constructor(name: CatalogErrorName, message: string) {
    super(message);
    this.name = name;
  }

  get status(): number {
    return STATUSES[this.name];
  }
}
