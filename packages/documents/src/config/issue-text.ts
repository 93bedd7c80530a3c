import type { z } from 'zod';
import { quote } from './show-value.ts';

type Issue = z.core.$ZodIssue;

/** What is expected, as the end of "x must be …". */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
  null: 'empty',
  undefined: 'left out',
  never: 'left out',
};

/** What a string format is called. */
const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 CIDR block',
  cidrv6: 'an IPv6 CIDR block',
  hostname: 'a host name',
  datetime: 'a date and time (ISO 8601)',
  date: 'a date (ISO 8601)',
  base64: 'base64',
  base64url: 'base64url',
};

/** What an issue says was expected: the part after the name of the value, such as "must be a number". */
export function toRequirement(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_big':
      return limit(
        issue.origin,
        Number(issue.maximum),
        issue.exact === true ? 'exactly' : issue.inclusive === false ? 'less than' : 'at most',
      );
    case 'too_small':
      return limit(
        issue.origin,
        Number(issue.minimum),
        issue.exact === true ? 'exactly' : issue.inclusive === false ? 'more than' : 'at least',
      );
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return format(issue);
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined ? oneOf(issue.options) : union(issue.errors);
    default:
      return 'is not valid';
  }
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? quote(value) : String(value)));
  return `must be ${shown.length === 1 ? '' : 'one of '}${shown.join(', ')}`;
}

/** The words of which one was expected; empty when the issue is of another kind. */
export function toChoices(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : [];
}

function limit(origin: string, bound: number, comparison: string): string {
  switch (origin) {
    case 'string':
      return `must have ${comparison} ${bound} ${bound === 1 ? 'character' : 'characters'}`;
    case 'array':
    case 'set':
      return `must have ${comparison} ${bound} ${bound === 1 ? 'item' : 'items'}`;
    case 'object':
    case 'record':
    case 'map':
      return `must have ${comparison} ${bound} ${bound === 1 ? 'key' : 'keys'}`;
    default:
      return `must be ${comparison} ${bound}`;
  }
}

function format(issue: z.core.$ZodIssueInvalidStringFormat): string {
  const part = (name: string): string => quote(String(Reflect.get(issue, name) ?? ''));
  switch (issue.format) {
    case 'regex':
      return `must match ${issue.pattern ?? 'a pattern'}`;
    case 'starts_with':
      return `must begin with ${part('prefix')}`;
    case 'ends_with':
      return `must end with ${part('suffix')}`;
    case 'includes':
      return `must contain ${part('includes')}`;
    default:
      return `must be ${FORMATS[issue.format] ?? `valid as ${issue.format}`}`;
  }
}

/** "must be a number or a list", from what each alternative says about the value itself. */
function union(alternatives: readonly (readonly Issue[])[]): string {
  const texts = new Set<string>();
  for (const issues of alternatives) {
    const issue = issues.find((candidate) => candidate.path.length === 0) ?? issues[0];
    if (issue === undefined) continue;
    const text = issue.message === '' ? toRequirement(issue) : issue.message;
    texts.add(text.replace(/^must be /, ''));
  }
  return texts.size === 0 ? 'is not valid' : `must be ${[...texts].join(' or ')}`;
}
