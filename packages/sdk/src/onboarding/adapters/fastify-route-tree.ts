/** A route as it is read from a drawing. */
export interface PrintedRoute {
  method: string;
  path: string;
  constraints: Record<string, unknown>;
}

/** One level of the drawing; then a part of a path, methods, and constraints where there are any. */
const LINE = /^((?:[│ ] {3}|[├└]── ){0,200})(.{0,2000}?) \(([A-Z-]{1,30}(?:, [A-Z-]{1,30}){0,50})\)(?: (\{.{0,500}\}))?$/;
const LEVEL = 4;

/**
 * Reads what `printRoutes()` of Fastify draws. Lines that it does not know are passed over.
 *
 * With `commonPrefix: false` it would be shorter, and wrong: it drops what is before a wildcard.
 */
export function* parseRouteTree(drawing: string): Generator<PrintedRoute, void> {
  const parts: string[] = [];
  for (const line of drawing.split('\n')) {
    const match = line.length > 4000 ? null : LINE.exec(line);
    if (match === null) {
      // A part of a path that is no route itself still has others below it.
      const bare = /^((?:[│ ] {3}|[├└]── ){1,200})([^\s(].{0,2000})$/.exec(line.slice(0, 4000));
      if (bare !== null) setPart(parts, bare[1] ?? '', bare[2] ?? '');
      continue;
    }
    const [, indent = '', part = '', methods = '', constraints] = match;
    setPart(parts, indent, part);
    const path = parts.join('');
    for (const method of methods.split(', ')) yield { method, path, constraints: parseConstraints(constraints) };
  }
}

function setPart(parts: string[], indent: string, part: string): void {
  const depth = Math.max(0, indent.length / LEVEL - 1);
  parts.length = Math.min(parts.length, depth);
  while (parts.length < depth) parts.push('');
  // Routes that name the parameter in the same place differently: `:id|:petId`.
  parts.push(part.split(/\|(?=:)/, 1)[0] ?? '');
}

function parseConstraints(text: string | undefined): Record<string, unknown> {
  try {
    return text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return {};
  }
}
