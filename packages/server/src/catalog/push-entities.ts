import { catalog } from '@gatehouse/contract/management';
import { type Implementation, implement, Refusal } from '@gatehouse/control';
import { runningCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './start-catalog.ts';

/**
 * Services push what they are. A source belongs to the team whose token it is pushed with, so that nobody removes what another team has
 * pushed by naming its source.
 */
export function pushEntities(running: () => Pick<RunningCatalog, 'push'> | undefined): Implementation {
  return implement(catalog.pushEntities, async ({ params, body, caller }) => {
    const current = runningCatalog(running);
    const source = caller.role === 'admin' ? params.source : `${caller.teams[0]}/${params.source}`;
    // JSON is YAML: what comes from strangers goes through the same bounded reader as every other source.
    const text = body.entities.map((entity) => JSON.stringify(entity)).join('\n---\n');
    const result = await current.push(source, text);
    if (result.outcome === 'refused') {
      const problems = result.documents.flatMap(({ problems: wrong = [] }) => wrong);
      throw new Refusal('definition.invalid', result.message, { problems: problems.map((problem) => toProblem(problem)) });
    }
    return {
      body: {
        changed: result.written > 0 || result.removed.length > 0,
        entities: result.refs,
        removed: result.removed,
        conflicts: result.conflicts.map(({ ref }) => ref),
      },
    };
  });
}

function toProblem({ message }: { message: string }) {
  return { severity: 'error' as const, code: 'catalog.entity', message };
}
