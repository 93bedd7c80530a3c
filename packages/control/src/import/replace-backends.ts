import type { RouteSnapshot } from '@gatehouse/contract';
import type { RevisionContent } from '../snapshot/revision-content.ts';

/** The same content with each backend reference put through `replace`: names become ids before it is stored, ids become names for people. */
export function replaceBackends(content: RevisionContent, replace: (reference: string) => string): RevisionContent {
  const routes = content.revision.routes.map((route): RouteSnapshot => {
    const { integration } = route;
    if (integration.kind !== 'http' || integration.backend === undefined) return route;
    return { ...route, integration: { ...integration, backend: replace(integration.backend) } };
  });
  return { ...content, revision: { ...content.revision, routes } };
}
