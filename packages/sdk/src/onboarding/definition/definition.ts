import { createHash } from 'node:crypto';
import { OnboardRefusal } from '../refusal.ts';
import { tooLarge } from './serialize-json.ts';

/** An OpenAPI document as it is written. */
export interface Definition {
  bytes: Buffer;
  /** SHA-256 of the bytes, in hex. */
  hash: string;
  format: 'json' | 'yaml';
  /** How many operations it has; undefined where nobody counted. */
  operations: number | undefined;
  /** Where it comes from, for the log. */
  origin: string;
  /** What the log should say of it. */
  notes: readonly string[];
}

/** Largest document, in bytes as it is written. */
export const DEFINITION_BYTES_MAX = 20 * 2 ** 20;

/** A JSON or YAML text as a definition. Throws `OnboardRefusal` when it is too large, not UTF-8, or no OpenAPI document. */
export function toDefinition(bytes: Buffer, origin: string, bytesMax: number): Definition {
  if (bytes.length > bytesMax) throw tooLarge(bytesMax);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new OnboardRefusal([`the document of ${origin} is not UTF-8`]);
  }
  const format = text.trimStart().startsWith('{') ? 'json' : 'yaml';
  // Not parsed: reading 20 MB of YAML would hold up the service. The catalog reads it, and says where it is wrong.
  const isOpenApi = format === 'json' ? /"(?:openapi|swagger)"\s{0,20}:/.test(text) : /^["']?(?:openapi|swagger)["']?\s{0,20}:/m.test(text);
  if (!isOpenApi) throw new OnboardRefusal([`the document of ${origin} is no OpenAPI document: it has neither openapi nor swagger`]);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { bytes, hash, format, operations: undefined, origin, notes: [] };
}
