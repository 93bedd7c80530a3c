import type { PolicyUse } from '@gatehouse/contract';
import type { RevisionContent } from '../snapshot/revision-content.ts';

/** The same content without the places where things are written: a comment above an operation makes no new revision. */
export function withoutPlaces(content: RevisionContent): RevisionContent {
  const { revision } = content;
  return {
    ...content,
    revision: {
      ...revision,
      policies: revision.policies.map(withoutPlace),
      routes: revision.routes.map(({ at: _, ...route }) => ({ ...route, policies: route.policies.map(withoutPlace) })),
    },
  };
}

function withoutPlace({ at: _, ...use }: PolicyUse): PolicyUse {
  return use;
}
