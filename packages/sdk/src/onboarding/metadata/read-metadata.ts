import { OnboardRefusal, toOneLine } from '../refusal.ts';
import { checkMetadata } from './check-metadata.ts';
import { METADATA_VARIABLES, type Metadata, type MetadataLink, type MetadataOptions } from './metadata.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export const ENVIRONMENT_LABEL = 'gatehouse.dev/environment';

type Key = keyof typeof METADATA_VARIABLES;

/** What was given, completed from environment variables. Throws `OnboardRefusal` with everything that breaks a rule. */
export function readMetadata(given: MetadataOptions, env: Variables): Metadata {
  const problems: string[] = [];
  const variable = (key: Key) => env[METADATA_VARIABLES[key]]?.trim() || undefined;
  const text = (key: Key) => {
    const value: unknown = given[key] ?? variable(key);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value.slice(0, TEXT_MAX);
    problems.push(`${key} must be a text`);
    return undefined;
  };
  const environment = text('environment');
  const labels = given.labels ?? readPairs('labels', variable('labels'), problems);
  const metadata: Metadata = {
    name: text('name') ?? '',
    namespace: text('namespace') ?? 'default',
    title: text('title'),
    description: text('description'),
    owner: text('owner') ?? '',
    system: text('system'),
    lifecycle: text('lifecycle') ?? (environment === undefined || PRODUCTION.has(environment) ? 'production' : 'experimental'),
    type: text('type') ?? 'openapi',
    version: text('version'),
    tags: given.tags ?? splitList(variable('tags')),
    annotations: given.annotations ?? readPairs('annotations', variable('annotations'), problems),
    labels: environment === undefined ? labels : { ...labels, [ENVIRONMENT_LABEL]: environment },
    links: given.links ?? readLinks(variable('links')),
    custom: given.custom ?? {},
  };
  problems.push(...checkMetadata(metadata));
  if (problems.length > 0) throw new OnboardRefusal(problems);
  return metadata;
}

const TEXT_MAX = 10_000;
const PRODUCTION: ReadonlySet<string> = new Set(['production', 'prod', 'prd', 'live']);

function splitList(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((item) => item.trim() || []);
}

/** `key=value,key=value`; values with commas need the form of a JSON object. */
function readPairs(key: string, text: string | undefined, problems: string[]): Record<string, string> {
  if (text?.startsWith('{') === true) {
    try {
      return JSON.parse(text) as Record<string, string>;
    } catch {
      problems.push(`${key}: the environment variable begins as a JSON object and is none`);
      return {};
    }
  }
  const pairs: Record<string, string> = {};
  for (const item of splitList(text)) {
    const equals = item.indexOf('=');
    if (equals < 1) problems.push(`${key}: "${toOneLine(item, 80)}" must be KEY=VALUE`);
    else pairs[item.slice(0, equals).trim()] = item.slice(equals + 1).trim();
  }
  return pairs;
}

/** URLs separated by spaces; `Title|https://…` names one, with + for spaces in the title. */
function readLinks(text: string | undefined): MetadataLink[] {
  return (text ?? '').split(/\s/).flatMap((item) => {
    if (item === '') return [];
    const bar = item.indexOf('|');
    return bar < 1 ? { url: item.slice(bar + 1) } : { url: item.slice(bar + 1), title: item.slice(0, bar).replaceAll('+', ' ') };
  });
}
