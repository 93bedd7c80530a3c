import { effectiveBasePath } from '../base-path.ts';
import type { ApiView, ConfigView, Name, Report } from './config-view.ts';

/** What is published where: backends that are missing there, APIs that hide each other, domains that lead nowhere. */
export function checkPublishing(view: ConfigView, report: Report): void {
  checkBackendDefinitions(view, report);
  checkBasePaths(view, report);
  checkMappings(view, report);
}

function checkBackendDefinitions(view: ConfigView, report: Report): void {
  for (const { backend: reference, publish } of view.apis ?? []) {
    const backend = view.backends?.find((candidate) => candidate.name?.value === reference?.value);
    const defined = backend?.environments;
    if (reference === undefined || defined === undefined) continue;
    for (const environment of publish) {
      if (defined.some((name) => name.value === environment.value) || !isKnown(view, environment)) continue;
      const message = `the backend ${view.show(reference)} is not defined in ${view.show(environment)}, where this API is published`;
      report('error', 'backend.undefined-in-environment', message, environment.path);
    }
  }
}

function checkBasePaths(view: ConfigView, report: Report): void {
  const apis = view.apis ?? [];
  const first = new Map<string, ApiView>();
  for (const api of apis) {
    if (api.name === undefined) continue;
    const basePath = effectiveBasePath({ apis }, { name: api.name.value, basePath: api.basePath?.value });
    const where = (api.basePath ?? api.name).path;
    for (const environment of uniqueNames(api.publish)) {
      const key = `${environment.value} ${basePath}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, api);
      else if (earlier.name !== undefined && earlier.name.value !== api.name.value) {
        const message = `the base path ${shownBasePath(api, basePath, view)} is also that of the API ${view.show(earlier.name)} in ${view.show(environment)}; give one of them another basePath`;
        report('error', 'config.base-path-conflict', message, where);
        break;
      }
    }
    const segment = basePath.split('/')[1] ?? '';
    const shadow = view.environments?.find((environment) => environment.value === segment);
    if (shadow !== undefined) {
      const message = `the base path ${shownBasePath(api, basePath, view)} begins with the name of an environment, and in a path the environment wins: put one in front (/<environment>/<base path>), or use X-Ca-Stage or a domain`;
      report('warning', 'config.base-path-shadowed', message, where);
    }
  }
}

function shownBasePath(api: ApiView, basePath: string, view: ConfigView): string {
  if (api.basePath !== undefined) return view.show(api.basePath);
  return api.name === undefined || view.show(api.name) === `"${api.name.value}"` ? `"${basePath}"` : 'of this API';
}

function checkMappings(view: ConfigView, report: Report): void {
  for (const domain of view.domains) {
    const paths = new Set<string>();
    for (const { path, key, api, environment } of domain.mappings) {
      if (paths.has(key.value)) {
        const what = key.value === '' ? 'a second mapping of the whole domain' : `a second mapping of the path ${view.show(key)}`;
        report('error', 'config.duplicate-mapping', what, view.at(...key.path) === undefined ? path : key.path);
      }
      paths.add(key.value);
      const target = view.apis?.find((candidate) => candidate.name?.value === api?.value);
      if (api === undefined || environment === undefined || target === undefined || !isKnown(view, environment)) continue;
      if (target.isPublishKnown && !target.publish.some((name) => name.value === environment.value)) {
        const message = `the API ${view.show(api)} is not published to ${view.show(environment)}, so this mapping leads nowhere`;
        report('warning', 'config.unpublished-mapping', message, environment.path);
      }
    }
  }
}

function isKnown(view: ConfigView, environment: Name): boolean {
  return view.environments?.some((name) => name.value === environment.value) ?? false;
}

function uniqueNames(names: readonly Name[]): Name[] {
  return names.filter((name, index) => names.findIndex((other) => other.value === name.value) === index);
}
