import { isDeepStrictEqual } from 'node:util';
import type { ChangedOperation, DefinitionDiff, PolicyUse, RouteAuthentication, RouteSnapshot } from '@gatehouse/contract';
import { ChangeLog } from '@gatehouse/documents';
import type { RevisionContent } from '../snapshot/revision-content.ts';

/** What a revision changed at the gateway, beside what its definition says to callers: `gatewayRules`, and what differs in integrations. */
export function compareContents(before: RevisionContent, after: RevisionContent): DefinitionDiff {
  const log = new ChangeLog();
  const one = before.revision;
  const other = after.revision;
  if (one.basePath !== other.basePath) {
    log.add('base-path-changed', undefined, 'base path', { before: one.basePath, after: other.basePath });
  }
  if ((one.domainsOnly ?? false) !== (other.domainsOnly ?? false)) {
    log.add(other.domainsOnly === true ? 'domains-only-set' : 'domains-only-lifted', undefined, 'default endpoint');
  }
  if (one.errorProfile !== other.errorProfile) {
    log.add('error-profile-changed', undefined, 'errors', { before: one.errorProfile, after: other.errorProfile });
  }
  if (one.owner !== other.owner) log.add('owner-changed', undefined, 'owner', { before: one.owner, after: other.owner });
  compareTimeouts(one.timeouts, other.timeouts, 'the API', undefined, log);
  comparePolicies(one.policies, other.policies, 'the API', undefined, log);
  compareVariables(before.variables, after.variables, log);
  compareRoutes(before, after, log);
  return log.finish();
}

function compareRoutes(before: RevisionContent, after: RevisionContent, log: ChangeLog): void {
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
    compareAuthentication(authenticationOf(old, before), authenticationOf(route, after), operation, log);
    comparePolicies(old.policies, route.policies, 'the operation', operation, log);
    compareIntegrations(old, route, operation, log);
  }
}

function compareAuthentication(
  was: RouteAuthentication | null,
  is: RouteAuthentication | null,
  operation: ChangedOperation,
  log: ChangeLog,
): void {
  if (was === null && is === null) return;
  const add = (rule: Parameters<ChangeLog['add']>[0], facts = {}) => log.add(rule, operation, 'authentication', facts);
  if (was === null) add('authentication-added');
  else if (is === null) add('authentication-removed');
  else if (!isDeepStrictEqual(was, is)) {
    add(isNarrower(was, is) ? 'authentication-narrowed' : 'authentication-changed', { before: toTexts(was), after: toTexts(is) });
  }
}

function compareIntegrations(
  { integration: was }: RouteSnapshot,
  { integration: is }: RouteSnapshot,
  operation: ChangedOperation,
  log: ChangeLog,
): void {
  if (was.kind !== is.kind) {
    log.add('integration-changed', operation, 'integration', { before: was.kind, after: is.kind });
    return;
  }
  if (was.kind === 'http' && is.kind === 'http') {
    const { backend: oldBackend, uri: oldUri, timeouts: oldTimeouts, ...oldRest } = was;
    const { backend, uri, timeouts, ...rest } = is;
    if (oldBackend !== backend || oldUri !== uri) {
      log.add('backend-changed', operation, 'integration', { before: oldBackend ?? oldUri, after: backend ?? uri });
    }
    compareTimeouts(oldTimeouts, timeouts, 'the operation', operation, log);
    if (!isDeepStrictEqual(oldRest, rest)) log.add('integration-changed', operation, 'integration');
  } else if (!isDeepStrictEqual(was, is)) {
    log.add('integration-changed', operation, 'integration');
  }
}

function compareTimeouts(
  before: object | undefined,
  after: object | undefined,
  name: string,
  operation: ChangedOperation | undefined,
  log: ChangeLog,
): void {
  if (isDeepStrictEqual(before, after)) return;
  log.add('timeouts-changed', operation, 'timeouts', { name, before: toTexts(before ?? {}), after: toTexts(after ?? {}) });
}

/** Only names: a policy's configuration may hold what is not for everyone who may read a diff. */
function comparePolicies(
  before: readonly PolicyUse[],
  after: readonly PolicyUse[],
  of: string,
  operation: ChangedOperation | undefined,
  log: ChangeLog,
): void {
  if (isDeepStrictEqual(before, after)) return;
  const names = (uses: readonly PolicyUse[]) => uses.map((use) => use.name);
  log.add('policies-changed', operation, 'policies', { name: `policies of ${of}`, before: names(before), after: names(after) });
}

/** Not their values, which may be secrets. */
function compareVariables(before: RevisionContent['variables'], after: RevisionContent['variables'], log: ChangeLog): void {
  for (const environment of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (isDeepStrictEqual(before[environment] ?? {}, after[environment] ?? {})) continue;
    log.add('variables-changed', undefined, `variables ${environment}`, { name: environment });
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

/** Settings as a list for people. */
function toTexts(settings: object): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}: ${String(value)}`);
}

function keyOf(route: RouteSnapshot): string {
  return `${route.method} ${route.path}`;
}
