import { dump } from 'js-yaml';

/** A catalog entity in Backstage's descriptor format. */
export interface DescribedEntity {
  apiVersion: 'backstage.io/v1alpha1';
  kind: 'API' | 'Component';
  metadata: Record<string, unknown>;
  spec: Record<string, unknown>;
}

/** The entities of a service as YAML documents. */
export function toYaml(entities: readonly DescribedEntity[]): string {
  return entities.map(toDocument).join('---\n');
}

/** A definition in the entity stands last, so that what can be read at a glance is not below it. */
function toDocument({ spec, ...entity }: DescribedEntity): string {
  const { definition, ...rest } = spec;
  const inline = typeof definition === 'string' ? definition : undefined;
  const text = dump({ ...entity, spec: inline === undefined ? spec : rest }, { lineWidth: -1, noRefs: true, skipInvalid: true });
  return inline === undefined ? text : `${text}  definition: ${toScalar(inline)}\n`;
}

/** Characters that a block cannot hold, or that older readers take for the end of a line. */
const NOT_IN_BLOCKS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const INDENT = '    ';

/** Written by hand: the library ends the stack with texts of megabytes. A block where it can be one, else in double quotes. */
function toScalar(text: string): string {
  if (NOT_IN_BLOCKS.test(text) || !text.isWellFormed() || text.trim() === '') return toQuoted(text);
  const indicator = /^[ \n]/.test(text) ? '2' : '';
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${indicator}${chomping}\n${lines.map((line) => (line === '' ? line : INDENT + line)).join('\n')}`;
}

/** A JSON string is one of YAML in double quotes; what JSON leaves as it is and YAML does not is written as an escape. */
function toQuoted(text: string): string {
  const toEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, toEscape);
}
