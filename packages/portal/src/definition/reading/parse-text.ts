import { asFields, type Fields } from '../document/value.ts';

/** Why a text is no definition, in words for its author, with the place where it is known. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

/** Reads JSON or YAML; what reads YAML is loaded when there is some. Rejects with `UnreadableError`. */
export async function parseText(text: string): Promise<Fields> {
  const json = /^\s*\{/.test(text) ? fromJson(text) : undefined;
  const root = asFields(json ?? (await fromYaml(text)));
  if (root === undefined) throw new UnreadableError('The text holds no object: a definition begins with names such as `openapi: 3.1.0`.');
  return root;
}

/** Undefined: it may be YAML in braces. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.length > YAML_IN_BRACES_MAX) throw new UnreadableError(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Broken JSON of this length would only be read a second time, slowly. */
const YAML_IN_BRACES_MAX = 1024 * 1024;

async function fromYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { logLevel: 'silent', strict: false, uniqueKeys: false, merge: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new UnreadableError(problem.message);
  try {
    // Aliases multiply: the bound is what keeps a short text from filling the memory.
    return document.toJS({ maxAliasCount: 200 });
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error));
  }
}
