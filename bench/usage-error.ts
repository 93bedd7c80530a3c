/** The command was called wrongly. The message goes to the user; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}
