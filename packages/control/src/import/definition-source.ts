import type { Problem } from '@gatehouse/contract';
import { type ImportOptions, parseYaml } from '@gatehouse/documents';
import { isNestedDeeper, NESTED_TOO_DEEPLY } from './nesting.ts';

/** What the places of a definition that was sent as text name as their file. */
const DEFINITION_FILE = 'definition';

/** Where it stands in the request. */
export const DEFINITION_PATH: readonly string[] = ['body', 'definition'];

/** A definition that was sent, parsed when it was text. */
export interface DefinitionSource {
  value: Record<string, unknown>;
  /** Where things stand in the text; undefined for an object. */
  places: ImportOptions['inlineSource'];
}

/**
 * Reads the document itself, as text or object. Files and URLs are not read: whoever may send a definition would read with it what
 * this machine can read and they cannot (CWE-73, CWE-918).
 */
export function readDefinitionSource(
  definition: string | Record<string, unknown>,
): { source: DefinitionSource; problems: [] } | { source: undefined; problems: Problem[] } {
  if (typeof definition !== 'string') {
    return isNestedDeeper(definition) ? tooDeep() : { source: { value: definition, places: undefined }, problems: [] };
  }
  if (isLocation(definition)) {
    return refused(
      'definition.location',
      `"${definition.trim()}" looks like a path or URL, which are not read here: send the document itself`,
    );
  }
  let parsed: ReturnType<typeof parseYaml>;
  try {
    parsed = parseYaml(DEFINITION_FILE, definition);
  } catch (error) {
    return refused('definition.unreadable', `The definition cannot be parsed (${error instanceof Error ? error.message : String(error)})`);
  }
  if (parsed.source === undefined) return { source: undefined, problems: parsed.problems };
  const { value } = parsed.source;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(
      'definition.not-a-document',
      'The definition is not an OpenAPI document: it must be a map with openapi or swagger in it',
    );
  }
  if (isNestedDeeper(value)) return tooDeep();
  return { source: { value: value as Record<string, unknown>, places: parsed.source }, problems: [] };
}

/** One line without a mapping in it: no document, but perhaps where somebody keeps one. */
function isLocation(text: string): boolean {
  const line = text.trim();
  if (line.length > 2000 || line.includes('\n') || line.startsWith('{') || line.startsWith('[')) return false;
  return /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(line) || (!line.includes(': ') && (/\.(?:ya?ml|json)$/i.test(line) || line.includes('/')));
}

function tooDeep(): { source: undefined; problems: Problem[] } {
  return refused('definition.too-large', `The definition ${NESTED_TOO_DEEPLY}`);
}

function refused(code: string, message: string): { source: undefined; problems: Problem[] } {
  return { source: undefined, problems: [{ severity: 'error', code, message, path: [] }] };
}
