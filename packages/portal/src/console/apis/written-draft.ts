import { isRecord } from '../schema-form/json-schema.ts';

/** One entry of a list of policies. */
export interface PolicyUse {
  name: string;
  config: unknown;
}

/** The draft of an API as it was written, without its definition: durations as text, and what is not said is undefined. */
export interface WrittenDraft {
  title?: string | undefined;
  description?: string | undefined;
  owner?: string | undefined;
  group?: string | undefined;
  basePath?: string | undefined;
  backend?: string | undefined;
  auth?: unknown;
  approval?: 'owner' | 'automatic' | undefined;
  errorProfile?: string | undefined;
  timeouts?: Readonly<Record<string, string>> | undefined;
  variables?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  parameters?: Readonly<Record<string, string>> | undefined;
  ignoreExtensions?: readonly string[] | undefined;
  policies: readonly PolicyUse[];
}

/** What the server shows of a draft, with its policies in one form: the file has them as `{ name, config }`, people as `{ name: config }`. */
export function toWrittenDraft(draft: Readonly<Record<string, unknown>>): WrittenDraft {
  return {
    ...(draft as Omit<WrittenDraft, 'policies'>),
    policies: Array.isArray(draft.policies) ? draft.policies.flatMap(toPolicyUse) : [],
  };
}

function toPolicyUse(entry: unknown): PolicyUse[] {
  if (!isRecord(entry)) return [];
  const names = Object.keys(entry);
  if (names.length === 2 && typeof entry.name === 'string' && Object.hasOwn(entry, 'config'))
    return [{ name: entry.name, config: entry.config }];
  const [name] = names;
  return name === undefined ? [] : [{ name, config: entry[name] }];
}

/** As the server takes them. */
export function fromPolicyUses(uses: readonly PolicyUse[]): Record<string, unknown>[] {
  return uses.map(({ name, config }) => ({ [name]: config }));
}
