import type { ConfigView, Name, Report } from './config-view.ts';

/** What a stage is called in Alibaba's `X-Ca-Stage` header, and the environment that it means. */
const STAGE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['test', 'test'],
  ['pre', 'pre'],
  ['release', 'production'],
]);

/** Names that occur twice, and names of environments that a request could not tell apart. */
export function checkNames(view: ConfigView, report: Report): void {
  const backends = (view.backends ?? []).flatMap((backend) => backend.name ?? []);
  const apis = (view.apis ?? []).flatMap((api) => api.name ?? []);
  const apps = view.apps.flatMap((app) => app.name ?? []);
  const hosts = view.domains.flatMap((domain) => domain.host ?? []);
  checkTwice(
    'network',
    (view.networks ?? []).flatMap((network) => network.name ?? []),
    (name) => name,
    view,
    report,
  );
  checkTwice('backend', backends, (name) => name, view, report);
  checkTwice('API', apis, (name) => name, view, report);
  checkTwice('app', apps, (name) => name, view, report);
  checkTwice('domain', hosts, (host) => host.toLowerCase(), view, report);
  checkEnvironmentNames(view, report);
}

function checkTwice(noun: string, names: readonly Name[], toKey: (name: string) => string, view: ConfigView, report: Report): void {
  const first = new Map<string, Name>();
  for (const name of names) {
    const earlier = first.get(toKey(name.value));
    if (earlier === undefined) first.set(toKey(name.value), name);
    else
      report(
        'error',
        'config.duplicate-name',
        `a second ${noun} ${view.show(name)}; the first is at ${shownPlace(view, earlier)}`,
        name.path,
      );
  }
}

/** `X-Ca-Stage` names an environment in any case, so names that differ in case only are one name. */
function checkEnvironmentNames(view: ConfigView, report: Report): void {
  const first = new Map<string, Name>();
  for (const name of view.environments ?? []) {
    const lower = name.value.toLowerCase();
    const earlier = first.get(lower);
    const meant = STAGE_ALIASES.get(lower);
    if (earlier !== undefined) {
      const message =
        earlier.value === name.value
          ? `a second environment ${view.show(name)}`
          : `the environments ${view.show(earlier)} and ${view.show(name)} differ in case only, and requests name environments in any case`;
      report('error', earlier.value === name.value ? 'config.duplicate-name' : 'config.environment-collision', message, name.path);
    } else if (meant !== undefined && meant !== lower) {
      const message = `an environment cannot be called ${view.show(name)}: X-Ca-Stage: ${lower.toUpperCase()} means ${meant}`;
      report('error', 'config.environment-collision', message, name.path);
    } else first.set(lower, name);
  }
}

function shownPlace(view: ConfigView, name: Name): string {
  const { file, line, column } = view.placeOf(name.path);
  return `${file}:${line}:${column}`;
}
