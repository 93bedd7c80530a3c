import { formatPlace } from './definition-document.ts';
import type { Report } from './report.ts';
import type { RouteDraft } from './routes.ts';

/** What must not be there twice: a route, an operationId, and (OpenAPI only) two paths that differ in parameter names alone. */
export function checkDuplicates(drafts: readonly RouteDraft[], report: Report): void {
  const routes = new Map<string, RouteDraft>();
  const operationIds = new Map<string, RouteDraft>();
  const shapes = new Map<string, RouteDraft>();
  for (const draft of drafts) {
    const { method, path, operationId } = draft.route;
    const key = `${method} ${draft.template.shape}`;
    const same = routes.get(key);
    routes.set(key, same ?? draft);
    if (same !== undefined) {
      const message = `${method} ${path} matches the same requests as ${method} ${same.route.path}${whereIs(same)}`;
      report.error('route.duplicate', message, draft.at);
    }
    const twin = shapes.get(draft.template.shape);
    shapes.set(draft.template.shape, twin ?? draft);
    if (same === undefined && twin !== undefined && twin.route.path !== path) {
      const message = `The paths ${path} and ${twin.route.path}${whereIs(twin)} differ only in the names of their parameters: OpenAPI forbids it`;
      report.warning('definition.equal-paths', message, draft.at);
    }
    if (operationId === undefined) continue;
    const namesake = operationIds.get(operationId);
    operationIds.set(operationId, namesake ?? draft);
    if (namesake !== undefined) {
      report.warning(
        'definition.duplicate-operation-id',
        `The operationId "${operationId}" is taken${whereIs(namesake)}`,
        draft.at.get('operationId') ?? draft.at,
      );
    }
  }
}

function whereIs(draft: RouteDraft): string {
  const place = formatPlace(draft.at.place());
  return place === undefined ? '' : ` (${place})`;
}
