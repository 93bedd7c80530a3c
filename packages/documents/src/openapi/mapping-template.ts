/** A mapping template as far as this version carries it: static text, or text with simple references. */
export type MappingTemplate = { text: string; hasReferences: boolean; stageVariables: string[] } | { unsupported: string };

const DIRECTIVE = /#\{?(?:set|if|elseif|else|end|foreach|define|macro|include|parse|evaluate|stop|break)\b|#\*|##|#\[\[/;
const NAME = '[A-Za-z_][A-Za-z0-9_-]{0,127}';
/** Everything that Velocity reads as a reference; a dollar sign before anything else is text (`$5.00`). */
const REFERENCE = /\$!?\{?[A-Za-z_]/g;
const PLAIN_REFERENCE = new RegExp(`^\\$(?:context((?:\\.${NAME}){1,8})|stageVariables\\.(${NAME}))`);
const FORMAL_REFERENCE = new RegExp(`^\\$\\{(?:context((?:\\.${NAME}){1,8})|stageVariables\\.(${NAME}))\\}`);
const INPUT_REFERENCE = /^\$input\.params\(\s{0,8}(?:'([^'"\\]{1,256})'|"([^'"\\]{1,256})"|\\"([^'"\\]{1,256})\\")\s{0,8}\)/;
const KNOWN_ROOT = /^\$!?\{?(?:context|stageVariables|input|util|method)\b/;

/**
 * Reads a Velocity mapping template. `$context.x`, `$stageVariables.x` and `$input.params('x')` are carried over in exactly these
 * spellings; directives and every other reference to the gateway are not supported. A reference to a name that Amazon API Gateway
 * does not define prints itself in Velocity, so it stays as text.
 */
export function parseMappingTemplate(template: string): MappingTemplate {
  const directive = DIRECTIVE.exec(template)?.[0];
  if (directive !== undefined) return { unsupported: directive };
  const stageVariables: string[] = [];
  let text = '';
  let copied = 0;
  let hasReferences = false;
  for (const match of template.matchAll(REFERENCE)) {
    const at = match.index;
    if (at < copied) continue;
    const rest = template.slice(at, at + 1200);
    const read = readReference(rest);
    if (read === undefined) {
      if (KNOWN_ROOT.test(rest)) return { unsupported: excerpt(rest) };
      continue;
    }
    if (read.stageVariable !== undefined) stageVariables.push(read.stageVariable);
    // `${context.stage}x` cannot be written without its braces.
    if (read.isFormal && /^[A-Za-z0-9_.-]/.test(rest.slice(read.length))) return { unsupported: excerpt(rest) };
    hasReferences = true;
    text += template.slice(copied, at) + read.canonical;
    copied = at + read.length;
  }
  return { text: text + template.slice(copied), hasReferences, stageVariables };
}

interface Reference {
  canonical: string;
  length: number;
  isFormal: boolean;
  stageVariable?: string;
}

function readReference(rest: string): Reference | undefined {
  const input = INPUT_REFERENCE.exec(rest);
  if (input !== null) {
    return { canonical: `$input.params('${input[1] ?? input[2] ?? input[3]}')`, length: input[0].length, isFormal: false };
  }
  const formal = FORMAL_REFERENCE.exec(rest);
  const match = formal ?? PLAIN_REFERENCE.exec(rest);
  if (match === null) return undefined;
  const [whole, path, variable] = match;
  return {
    canonical: path === undefined ? `$stageVariables.${variable}` : `$context${path}`,
    length: whole.length,
    isFormal: formal !== null,
    ...(variable === undefined ? {} : { stageVariable: variable }),
  };
}

function excerpt(text: string): string {
  return /^\$!?\{?[\w.]{1,60}(?:\([^)\n]{0,40}\))?\}?/.exec(text)?.[0] ?? '$';
}

/** Templates that hand the body on as it is. */
export function isIdentityTemplate(template: string): boolean {
  return /^\s*\$input\.(?:body|json\(\s*(?:'\$'|"\$")\s*\))\s*$/.test(template);
}
