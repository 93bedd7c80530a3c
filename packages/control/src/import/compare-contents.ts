import { isDeepStrictEqual } from 'node:util';
import type { DefinitionChange, PolicyUse, RouteAuthentication, RouteSnapshot } from '@gatehouse/contract';
import type { RevisionContent } from '../snapshot/revision-content.ts';

/**
 * What a revision changed at the gateway, beside what its definition says to callers. Rules: `base-path-changed` and
 * `authentication-added` break callers; what happens between gateway and backend does not.
 */
export function compareContents(before: RevisionContent, after: RevisionContent): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  const one = before.revision;
  const other = after.revision;
  const add = (rule: string, location: string, message: string, rest: Partial<DefinitionChange> = {}) =>
    changes.push({ rule, breaking: false, location, message, ...rest });
  if (one.basePath !== other.basePath) {
    add('base-path-changed', 'base path', `The API moves from ${one.basePath} to ${other.basePath}`, {
      breaking: true,
      before: one.basePath,
      after: other.basePath,
    });
  }
  if ((one.domainsOnly ?? false) !== (other.domainsOnly ?? false)) {
    const message =
      other.domainsOnly === true ? 'The API is reachable through its own domains only' : 'The API is reachable without its own domains too';
    add('domains-only-changed', 'default endpoint', message, { breaking: other.domainsOnly === true });
  }
  if (one.errorProfile !== other.errorProfile) {
    add('error-profile-changed', 'errors', `Errors of the gateway have the form ${other.errorProfile}, which was ${one.errorProfile}`, {
      before: one.errorProfile,
      after: other.errorProfile,
    });
  }
  if (one.owner !== other.owner) add('owner-changed', 'owner', 'The API is published for another team', pair(one.owner, other.owner));
  if (!isDeepStrictEqual(one.timeouts, other.timeouts)) {
    add('timeouts-changed', 'timeouts', 'The timeouts of the API changed', { before: one.timeouts, after: other.timeouts });
  }
  comparePolicies(one.policies, other.policies, 'the API', undefined, changes);
  compareVariables(before.variables, after.variables, changes);
  compareRoutes(before, after, changes);
  return changes;
}

function compareRoutes(before: RevisionContent, after: RevisionContent, changes: DefinitionChange[]): void {
  const olds = new Map(before.revision.routes.map((route) => [keyOf(route), route]));
  for (const route of after.revision.routes) {
    const old = olds.get(keyOf(route));
    // Routes that came or went are changes of the definition.
    if (old === undefined) continue;
    const operation = {
      method: route.method,
      path: route.path,
      ...(route.operationId === undefined ? {} : { operationId: route.operationId }),
    };
    const add = (rule: string, location: string, message: string, rest: Partial<DefinitionChange> = {}) =>
      changes.push({ rule, breaking: false, operation, location, message, ...rest });
    const was = authenticationOf(old, before);
    const is = authenticationOf(route, after);
    if (was === null && is !== null) {
      add('authentication-added', 'authentication', 'Callers must authenticate, which they did not have to', { breaking: true });
    } else if (was !== null && is === null) {
      add('authentication-removed', 'authentication', 'Callers need not authenticate any more');
    } else if (was !== null && is !== null && !isDeepStrictEqual(was, is)) {
      add('authentication-changed', 'authentication', 'How callers authenticate changed', {
        breaking: isNarrower(was, is),
        before: was,
        after: is,
      });
    }
    comparePolicies(old.policies, route.policies, 'the operation', operation, changes);
    compareIntegrations(old, route, add);
  }
}

function compareIntegrations(
  { integration: was }: RouteSnapshot,
  { integration: is }: RouteSnapshot,
  add: (rule: string, location: string, message: string, rest?: Partial<DefinitionChange>) => void,
): void {
  if (was.kind !== is.kind) {
    add('integration-changed', 'integration', `The integration is ${is.kind}, which was ${was.kind}`, { before: was.kind, after: is.kind });
    return;
  }
  if (was.kind === 'http' && is.kind === 'http') {
    const { backend: oldBackend, uri: oldUri, timeouts: oldTimeouts, ...oldRest } = was;
    const { backend, uri, timeouts, ...rest } = is;
    if (oldBackend !== backend || oldUri !== uri) {
      add('backend-changed', 'integration', 'Requests go to another backend', pair(oldBackend ?? oldUri, backend ?? uri));
    }
    if (!isDeepStrictEqual(oldTimeouts, timeouts)) {
      add('timeouts-changed', 'timeouts', 'The timeouts of the operation changed', pair(oldTimeouts, timeouts));
    }
    if (!isDeepStrictEqual(oldRest, rest)) {
      add('integration-changed', 'integration', 'Path, method or parameters towards the backend changed');
    }
  } else if (!isDeepStrictEqual(was, is)) {
    add('integration-changed', 'integration', 'The answers of the mock changed');
  }
}

/** Only names: a policy's configuration may hold what is not for everyone who may read a diff. */
function comparePolicies(
  before: readonly PolicyUse[],
  after: readonly PolicyUse[],
  of: string,
  operation: DefinitionChange['operation'],
  changes: DefinitionChange[],
): void {
  if (isDeepStrictEqual(before, after)) return;
  changes.push({
    rule: 'policies-changed',
    breaking: false,
    ...(operation === undefined ? {} : { operation }),
    location: 'policies',
    message: `The policies of ${of} changed`,
    before: before.map((use) => use.name),
    after: after.map((use) => use.name),
  });
}

function compareVariables(before: RevisionContent['variables'], after: RevisionContent['variables'], changes: DefinitionChange[]): void {
  for (const environment of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isDeepStrictEqual(before[environment] ?? {}, after[environment] ?? {})) continue;
    const message = `The stage variables of ${environment} changed`;
    changes.push({ rule: 'variables-changed', breaking: false, location: `variables ${environment}`, message });
  }
}

function authenticationOf(route: RouteSnapshot, { revision }: RevisionContent): RouteAuthentication | null {
  return route.authentication !== undefined ? route.authentication : (revision.authentication ?? null);
}

/** Something that was accepted is not any more. */
function isNarrower(was: RouteAuthentication, is: RouteAuthentication): boolean {
  const codes = ['disabled', 'header', 'header-and-query'];
  return (
    codes.indexOf(is.appCode) < codes.indexOf(was.appCode) || (was.signature && !is.signature) || (!was.requireNonce && is.requireNonce)
  );
}

function pair(before: unknown, after: unknown): Pick<DefinitionChange, 'before' | 'after'> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function keyOf(route: RouteSnapshot): string {
  return `${route.method} ${route.path}`;
}
