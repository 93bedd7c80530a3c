import type { BackendDefinition, BackendSnapshot, PolicyUse, Problem, Snapshot } from '@gatehouse/contract';
import { SnapshotPacker } from '@gatehouse/gateway';
import { backendsOf, type RevisionContent } from '../snapshot/revision-content.ts';

/** Stands for whatever the backend services are: a draft may use them before they are defined anywhere. */
const ANYWHERE: BackendDefinition = {
  targets: [{ url: 'http://127.0.0.1:1', weight: 1 }],
  loadBalancing: 'round-robin',
  timeouts: {},
  retry: { attempts: 0, budget: 0 },
  ejection: { failures: 0, durationMs: 0, shareMax: 0 },
  connectionsMax: 1,
  hostHeader: 'target',
};

/** Compiles the API alone, once for each set of stage variables that it has, inside of the policies that every API has. */
export function checkCompiles({ revision, variables }: RevisionContent, policies: PolicyUse[]): Problem[] {
  const environments = distinctEnvironments(variables);
  const backends = backendsOf({ revision, variables }).map(
    (id): BackendSnapshot => ({
      id,
      name: id,
      type: 'http',
      environments: Object.fromEntries(environments.map(([environment]) => [environment, ANYWHERE])),
    }),
  );
  const snapshot: Snapshot = {
    format: 1,
    number: 1,
    hash: '',
    environments: environments.map(([environment]) => environment),
    defaultEnvironment: environments[0]?.[0] ?? '',
    backends,
    revisions: [{ id: 'draft', ...revision }],
    publications: environments.map(([environment, values]) => ({
      fingerprint: environment,
      revision: 'draft',
      environment,
      variables: values,
    })),
    domains: [],
    policies,
    errorProfile: 'problem',
    timeouts: {},
  };
  return new SnapshotPacker().pack(snapshot).problems;
}

function distinctEnvironments(variables: RevisionContent['variables']): [string, Record<string, string>][] {
  const distinct = new Map<string, [string, Record<string, string>]>();
  for (const [environment, values] of Object.entries(variables)) distinct.set(JSON.stringify(values), [environment, values]);
  return distinct.size === 0 ? [['draft', {}]] : [...distinct.values()];
}
