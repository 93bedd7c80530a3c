import type { Api } from '../server/api.ts';

/** How an API stands in one environment. */
export interface LaneState {
  environment: string;
  live: Api['published'][number] | undefined;
  /** What is live there, in words; `current`: there is nothing newer. */
  words: string;
  tone: 'current' | 'behind' | 'none';
  /** A newer revision is live in the environment before: to be promoted. */
  promote: { revision: number; from: string } | undefined;
  /** The draft, published, would be something that is not live here. */
  draftDiffers: boolean;
  /** And not just what would be promoted. */
  draftIsNewer: boolean;
}

/** `environments` in their order; `newest`: number of the newest revision, undefined when there is none. */
export function stateIn(
  api: Pick<Api, 'published' | 'changed'>,
  environment: string,
  environments: readonly string[],
  newest: number | undefined,
): LaneState {
  const liveIn = (name: string) => api.published.find((each) => each.environment === name);
  const live = liveIn(environment);
  const draftDiffers = api.changed || live?.revision !== newest;
  const before = environments
    .slice(0, environments.indexOf(environment))
    .reverse()
    .flatMap((name) => liveIn(name) ?? [])[0];
  const promote =
    before === undefined || before.revision <= (live?.revision ?? 0) ? undefined : { revision: before.revision, from: before.environment };
  const [tone, words] = toneOf(live?.revision, newest, api.changed);
  return {
    environment,
    live,
    words,
    tone,
    promote,
    draftDiffers,
    draftIsNewer: draftDiffers && (api.changed || promote?.revision !== newest),
  };
}

function toneOf(live: number | undefined, newest: number | undefined, changed: boolean): [LaneState['tone'], string] {
  if (live === undefined) return ['none', ''];
  if (newest !== undefined && live < newest) return ['behind', `Revision ${newest} is newer`];
  return changed ? ['behind', 'The draft has changes'] : ['current', 'As the draft'];
}
