import { formatProblem } from '@gatehouse/contract';
import { parseYaml } from '@gatehouse/documents';
import { isExpandedBelow } from '../parsing/expanded-size.ts';

const EXPANDED_MAX = 64 * 1024 * 1024;

/** The value of a YAML or JSON text of one document. Throws an Error that says where it is wrong. */
export function parseText(text: string, file: string): unknown {
  const { source, problems } = parseYaml(file, text);
  if (source === undefined) throw new Error(problems[0] === undefined ? 'it cannot be parsed' : formatProblem(problems[0]));
  if (text.includes('*') && text.includes('&') && !isExpandedBelow(source.value, Math.max(EXPANDED_MAX, 2 * text.length))) {
    throw new Error(`the aliases expand to more than ${EXPANDED_MAX / 2 ** 20} MiB of text`);
  }
  return source.value;
}
