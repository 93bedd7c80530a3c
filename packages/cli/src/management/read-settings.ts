import { readFile } from 'node:fs/promises';
import { formatProblem, type Place } from '@gatehouse/contract';
import { InputError } from '../input-error.ts';

/** What stands in a YAML or JSON file, and where. */
export interface Settings {
  value: Record<string, unknown>;
  placeOf(path: readonly (string | number)[]): Place;
}

/** Reads a YAML or JSON file that must be a map. Throws `InputError` with every syntax error and its place. */
export async function readSettings(file: string): Promise<Settings> {
  const { parseYaml } = await import('@gatehouse/documents');
  const { source, problems } = parseYaml(file, await readText(file));
  if (source === undefined) throw new InputError(`${file} cannot be read`, problems.map(formatProblem));
  const { value } = source;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InputError(`${file} must be a map of keys and values`);
  return { value: { ...value }, placeOf: (path) => source.placeOf(path) };
}

/** Reads a UTF-8 text. Throws `InputError`. */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${describeReadError(error)}`);
  }
}

/** Why a file could not be read, in a few words. */
export function describeReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not permitted';
    case 'EISDIR':
      return 'it is a directory';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8';
    default:
      return typeof code === 'string' ? code : 'the system does not say why';
  }
}
