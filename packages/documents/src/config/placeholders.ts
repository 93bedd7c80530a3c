import { readPlainScalar } from '../source/plain-scalar.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A string after substitution. */
export interface Substituted {
  text: string;
  /** Shown in messages instead of the text, which may hold a secret. Absent: nothing was substituted. */
  label?: string;
  /** The text was one placeholder and nothing else. */
  isWhole: boolean;
  /** What is wrong, with the code of the problem. */
  problems: { code: string; message: string }[];
}

/** References of Amazon API Gateway in definitions and mappings, which the gateway itself resolves. */
const FOREIGN = /^(?:stageVariables|context)\./;

/**
 * Replaces `${NAME}` and `${NAME:-default}` (the default also for an empty variable, as in a shell); `$${` gives a literal `${`.
 * `${stageVariables.…}` and `${context.…}` stay, they belong to the gateway.
 */
export function substitute(text: string, env: Environment): Substituted {
  const result: Substituted = { text, isWhole: false, problems: [] };
  if (!text.includes('${')) return result;
  const names: string[] = [];
  let out = '';
  let position = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', position)) {
    if (at > position && text[at - 1] === '$') {
      out += `${text.slice(position, at - 1)}\${`;
      position = at + 2;
      continue;
    }
    out += text.slice(position, at);
    const end = text.indexOf('}', at);
    if (end === -1) {
      result.problems.push({
        code: 'config.invalid-placeholder',
        message: 'a placeholder ${ is not closed with }; write $${ for a literal ${',
      });
      position = text.length;
      break;
    }
    const body = text.slice(at + 2, end);
    position = end + 1;
    if (FOREIGN.test(body)) {
      out += text.slice(at, position);
      continue;
    }
    const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(body) ?? [];
    if (name === undefined || fallback?.includes('${')) {
      result.problems.push({
        code: 'config.invalid-placeholder',
        message:
          'a placeholder must be ${NAME} or ${NAME:-default}, where NAME holds letters, digits and underscores; write $${ for a literal ${',
      });
      continue;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined && fallback === undefined) {
      const message = `the environment variable ${name} is not set; set it, or give a default: \${${name}:-default}`;
      result.problems.push({ code: 'config.unset-variable', message });
    }
    if (!names.includes(name)) names.push(name);
    result.isWhole = at === 0 && position === text.length;
    out += (fallback !== undefined && (value === undefined || value === '') ? fallback : value) ?? '';
  }
  result.text = out + text.slice(position);
  if (names.length > 0) {
    const shown = names.map((name) => `\${${name}}`).join(' and ');
    result.label = result.isWhole ? shown : `a value with ${shown}`;
  }
  return result;
}

/** A text read by the core rules of YAML when that gives a number or a boolean; undefined otherwise. */
export function readTyped(text: string): number | boolean | undefined {
  const value = readPlainScalar(text);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
