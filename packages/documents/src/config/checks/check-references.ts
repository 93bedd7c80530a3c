import { suggest } from '../nearest.ts';
import type { ConfigView, Name, Report } from './config-view.ts';

/** References to environments, backends and APIs that do not exist. */
export function checkReferences(view: ConfigView, report: Report): void {
  checkEnvironments(view, report);
  checkNetworks(view, report);
  const backends = names(view.backends);
  const apis = names(view.apis);
  for (const api of view.apis ?? []) {
    if (backends !== undefined && api.backend !== undefined && !holds(backends, api.backend)) {
      unknown('config.unknown-backend', `there is no backend ${view.show(api.backend)}`, api.backend, backends, 'backends', report, view);
    }
  }
  checkAuthorizations(view, apis, report);
  for (const { api } of view.domains.flatMap((domain) => domain.mappings)) {
    if (apis !== undefined && api !== undefined && !holds(apis, api)) {
      unknown('config.unknown-api', `there is no API ${view.show(api)}`, api, apis, 'APIs', report, view);
    }
  }
}

/** Networks that backend services lead to and that do not exist. */
function checkNetworks(view: ConfigView, report: Report): void {
  const networks = names(view.networks);
  if (networks === undefined) return;
  for (const network of (view.backends ?? []).flatMap((backend) => backend.networks)) {
    if (holds(networks, network)) continue;
    unknown('config.unknown-network', `there is no network ${view.show(network)}`, network, networks, 'networks', report, view);
  }
}

/** Authorizations of APIs that do not exist. */
function checkAuthorizations(view: ConfigView, apis: readonly Name[] | undefined, report: Report): void {
  for (const { api } of view.apps.flatMap((app) => app.authorizations)) {
    if (apis !== undefined && api !== undefined && !holds(apis, api)) {
      unknown('config.unknown-api', `there is no API ${view.show(api)}`, api, apis, 'APIs', report, view);
    }
  }
}

function checkEnvironments(view: ConfigView, report: Report): void {
  const { environments } = view;
  if (environments === undefined) return;
  const check = (name: Name | undefined, message: string, options?: { key?: boolean; severity?: 'error' | 'warning' }) => {
    if (name === undefined || holds(environments, name)) return;
    unknown('config.unknown-environment', message, name, environments, 'environments', report, view, options);
  };
  const isDefaultWritten = view.at(...view.defaultEnvironment.path) !== undefined;
  if (isDefaultWritten) check(view.defaultEnvironment, `there is no environment ${view.show(view.defaultEnvironment)}`);
  else if (environments.length > 0 && !holds(environments, view.defaultEnvironment)) {
    const message = `gateway.defaultEnvironment is "production" unless it is set, and there is no such environment; set it to one of ${list(environments, view)}`;
    report('error', 'config.unknown-environment', message, ['environments']);
  }
  for (const backend of view.backends ?? []) {
    for (const name of backend.environments ?? []) check(name, `there is no environment ${view.show(name)}`, { key: true });
  }
  for (const api of view.apis ?? []) {
    for (const name of api.publish) check(name, `there is no environment ${view.show(name)} to publish to`);
    for (const name of api.variables) {
      check(name, `variables for ${view.show(name)}, which is no environment, are never used`, { key: true, severity: 'warning' });
    }
  }
  for (const name of view.apps.flatMap((app) => app.authorizations.flatMap((authorization) => authorization.environments))) {
    check(name, `there is no environment ${view.show(name)} to be authorized in`);
  }
  for (const { environment } of view.domains.flatMap((domain) => domain.mappings)) {
    if (environment !== undefined) check(environment, `there is no environment ${view.show(environment)}`);
  }
}

function unknown(
  code: string,
  message: string,
  name: Name,
  known: readonly Name[],
  plural: string,
  report: Report,
  view: ConfigView,
  { key = false, severity = 'error' }: { key?: boolean; severity?: 'error' | 'warning' } = {},
): void {
  const open = known.filter((candidate) => view.show(candidate) === `"${candidate.value}"`);
  const suggestion = suggest(
    name.value,
    open.map((candidate) => candidate.value),
  );
  const ending =
    suggestion !== '' ? suggestion : known.length === 0 ? `; there are no ${plural}` : `; the ${plural} are ${list(known, view)}`;
  report(severity, code, `${message}${ending}`, name.path, { key });
}

/** Names in a message; long lists are cut. */
function list(names: readonly Name[], view: ConfigView): string {
  const shown = names.slice(0, 10).map((name) => view.show(name));
  return `${shown.join(', ')}${names.length > shown.length ? ' …' : ''}`;
}

/** Every name of a list of things; undefined when one of them has none, because a reference may mean that one. */
function names(things: readonly { name: Name | undefined }[] | undefined): Name[] | undefined {
  const found = things?.flatMap((thing) => thing.name ?? []);
  return found?.length === things?.length ? found : undefined;
}

function holds(names: readonly Name[], name: Name): boolean {
  return names.some((candidate) => candidate.value === name.value);
}
