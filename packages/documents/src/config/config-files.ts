import { readFile } from 'node:fs/promises';

/** Where the texts of a configuration come from. */
export interface ConfigFiles {
  /** Text of the file at an absolute path. Rejects with what the system reports (ENOENT, EACCES …), or with a TypeError when it is not UTF-8. */
  read(absolute: string): Promise<string>;
}

/** The files of this machine. */
export const SYSTEM_FILES: ConfigFiles = {
  async read(absolute) {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(absolute));
  },
};

/** Why a file could not be read, in words; never its content. */
export function toReadFailure(error: unknown): string {
  if (error instanceof TypeError) return 'it is not UTF-8 text';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not permitted';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return `the system says ${typeof code === 'string' ? code : 'no reason'}`;
  }
}
