import { formatPlace } from './definition-document.ts';
import type { PathTemplate, TemplateSegment } from './path-template.ts';
import type { Report } from './report.ts';
import type { RouteDraft } from './routes.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Where templates with the same segments so far meet, as in the gateway's router. */
interface Level {
  statics: Map<string, Level>;
  parameter: Level | undefined;
  exact: Map<string, RouteDraft>;
  greedy: Map<string, RouteDraft>;
}

/**
 * Routes are selected on path and method together, as Amazon API Gateway does (measured there, ministackorg/ministack PR 1423): a
 * guarded `POST /admin` beside an open `ANY /{proxy+}` leaves `GET /admin` to the open one. Warns once per pair of paths.
 * `headFromGet`: the router answers HEAD with the route for GET.
 */
export function checkFallThrough(drafts: readonly RouteDraft[], headFromGet: boolean, report: Report): void {
  const root = createLevel();
  const catchAll = new Map<string, RouteDraft>();
  const groups = new Map<string, RouteDraft[]>();
  for (const draft of drafts) {
    if (draft.template.isCatchAll) catchAll.set(draft.route.method, draft);
    else add(root, draft);
    const group = groups.get(draft.template.shape);
    if (group === undefined) groups.set(draft.template.shape, [draft]);
    else group.push(draft);
  }
  for (const group of groups.values()) {
    const [first] = group;
    const guards = new Set(group.flatMap((draft) => [...draft.guards]));
    if (first === undefined || guards.size === 0 || first.template.isCatchAll) continue;
    const declared = new Set(group.map((draft) => draft.route.method));
    if (declared.has('ANY')) continue;
    if (headFromGet && declared.has('GET')) declared.add('HEAD');
    const fallbacks = [...less(root, segmentsOf(first.template), 0), catchAll];
    const open = new Map<RouteDraft, string[]>();
    for (const method of METHODS) {
      const target = declared.has(method) ? undefined : serving(method, fallbacks, headFromGet);
      if (target === undefined || [...guards].every((guard) => target.guards.has(guard))) continue;
      open.set(target, [...(open.get(target) ?? []), method]);
    }
    for (const [target, methods] of open) warn(first, target, methods, guards, report);
  }
}

function createLevel(): Level {
  return { statics: new Map(), parameter: undefined, exact: new Map(), greedy: new Map() };
}

function add(root: Level, draft: RouteDraft): void {
  let level = root;
  for (const segment of segmentsOf(draft.template)) {
    if (segment.kind === 'greedy') {
      level.greedy.set(draft.route.method, draft);
      return;
    }
    if (segment.kind === 'parameter') {
      level.parameter ??= createLevel();
      level = level.parameter;
    } else {
      const next = level.statics.get(segment.text) ?? createLevel();
      level.statics.set(segment.text, next);
      level = next;
    }
  }
  level.exact.set(draft.route.method, draft);
}

/** Without the empty segment after a slash at the end, which the router does not count. */
function segmentsOf(template: PathTemplate): readonly TemplateSegment[] {
  const last = template.segments.at(-1);
  return last?.kind === 'static' && last.text === '' ? template.segments.slice(0, -1) : template.segments;
}

/** Routes for every request that the segments match, in the order in which the router tries them. */
function* less(level: Level, segments: readonly TemplateSegment[], index: number): IterableIterator<Map<string, RouteDraft>> {
  const segment = segments[index];
  if (segment === undefined) {
    yield level.exact;
    return;
  }
  const child = segment.kind === 'static' ? level.statics.get(segment.text) : undefined;
  if (child !== undefined) yield* less(child, segments, index + 1);
  if (segment.kind !== 'greedy' && level.parameter !== undefined) yield* less(level.parameter, segments, index + 1);
  yield level.greedy;
}

function serving(method: string, levels: readonly Map<string, RouteDraft>[], headFromGet: boolean): RouteDraft | undefined {
  for (const level of levels) {
    const draft = level.get(method) ?? level.get('ANY') ?? (headFromGet && method === 'HEAD' ? level.get('GET') : undefined);
    if (draft !== undefined) return draft;
  }
  return undefined;
}

function warn(first: RouteDraft, target: RouteDraft, methods: string[], guards: ReadonlySet<string>, report: Report): void {
  const lacking = [...guards].filter((guard) => !target.guards.has(guard)).sort();
  const place = formatPlace(target.at.place());
  report.warning(
    'route.open-fallthrough',
    `${methods.join(', ')} ${first.route.path} is not described and falls through to ${target.route.method} ${target.route.path}` +
      `${place === undefined ? '' : ` (${place})`}, which lacks ${lacking.join(', ')}`,
    first.at,
  );
}
