import { z } from 'zod';

/** Names of backends, APIs and environments: they become path segments, metric labels and file names. */
export const resourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
    'must be 1 to 128 letters, digits, dots, dashes or underscores, and begin and end with a letter or digit',
  );
