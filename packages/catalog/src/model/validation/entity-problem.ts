/** Why an entity is refused, worded as Backstage words it, so that people find the same text in its documentation and forums. */
export interface EntityProblem {
  /** Name of the error class that Backstage throws here: `InputError`, `TypeError`, `ConflictError`. */
  name: string;
  message: string;
  /** Keys and indices to the spot in the entity, to be looked up in the document that it was written in. */
  path: (string | number)[];
  /** The bare finding without the sentence of the stage around it; oracle of what to show first. */
  cause?: { name: string; message: string };
}

/** The `A; caused by B` form of Backstage's errors. */
export function inputError(message: string, cause: { name: string; message: string }, path: (string | number)[]): EntityProblem {
  return { name: 'InputError', message: `${message}; caused by ${cause.name}: ${cause.message}`, path, cause };
}
