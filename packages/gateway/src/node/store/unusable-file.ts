/** A file of the node's store is not taken: damaged, of another node, or of a newer version. The message says which. */
export class UnusableFile extends Error {
  override name = 'UnusableFile';
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
