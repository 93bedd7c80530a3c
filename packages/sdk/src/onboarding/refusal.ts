/** What was given cannot be onboarded, and trying again would not help: a wrong name, a document that is none, a target that forbids it. */
export class OnboardRefusal extends Error {
  override name = 'OnboardRefusal';
  /** One sentence each, with the place of what is wrong. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

const SHOWN_MAX = 300;
/** A refusal names everything that is wrong. */
const REFUSAL_SHOWN_MAX = 3_000;

/** The message of anything that can be thrown, on one line and bounded; never throws itself. */
export function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return toOneLine(text, error instanceof OnboardRefusal ? REFUSAL_SHOWN_MAX : SHOWN_MAX);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Text from elsewhere, so that it is one bounded line of a log. */
export function toOneLine(text: string, max = SHOWN_MAX): string {
  const start = text.slice(0, max + 1).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return start.length > max ? `${start.slice(0, max)}…` : start;
}
