/** How much a problem matters: an `error` refuses the input, a `warning` and a `hint` do not. */
export type Severity = 'error' | 'warning' | 'hint';

/** Where in a written document something stands. `line` and `column` count from 1. */
export interface Place {
  /** Path as the user gave it, or a URL. */
  file: string;
  line: number;
  column: number;
}

/** One thing that is wrong, or worth knowing, about something that a person wrote. */
export interface Problem {
  severity: Severity;
  /** Stable dotted code, for example `config.unknown-key`. */
  code: string;
  /** One sentence that says what is wrong and what to do. */
  message: string;
  /** Keys and indices from the document's root to the spot. */
  path?: readonly (string | number)[];
  place?: Place;
}

/** The one-line form that commands print: `file:line:column: severity: message [code]`. */
export function formatProblem(problem: Problem): string {
  const { place } = problem;
  const where =
    place === undefined
      ? problem.path === undefined || problem.path.length === 0
        ? ''
        : `${formatPath(problem.path)}: `
      : `${place.file}:${place.line}:${place.column}: `;
  return `${where}${problem.severity}: ${problem.message} [${problem.code}]`;
}

/** `apis[0].policies[1].rate-limit` from `['apis', 0, 'policies', 1, 'rate-limit']`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
