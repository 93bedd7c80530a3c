import { canonicalSegment } from './canonical-segment.ts';
import { RoutingError } from './routing-error.ts';

/** One segment of a template: text in canonical form, one segment of any text, or all the segments that are left. */
export type TemplateSegment = { readonly static: string } | { readonly param: string } | { readonly greedy: string };

/** A path template that was read, `/pets/{petId}` or `/files/{path+}`. */
export interface PathTemplate {
  /** As it was written. */
  readonly text: string;
  readonly segments: readonly TemplateSegment[];
  /** In the order in which the values of a match stand. */
  readonly parameterNames: readonly string[];
  /** Declared with a slash at its end, which matters only beside the same template without one. */
  readonly trailingSlash: boolean;
  /** `$default`: whatever no other template matches, the root included. Has no segments. */
  readonly catchAll: boolean;
}

/** Segments that a template may have. More are nobody's API, and the bound keeps a lookup's depth small. */
export const TEMPLATE_SEGMENTS_MAX = 30;

/** The catch-all route of an HTTP API of Amazon API Gateway, written in place of a template. */
export const CATCH_ALL = '$default';

/**
 * Reads a path template as in OpenAPI, with a greedy `{name+}` as its last segment if any, or `$default`.
 * Throws a `RoutingError` with code `route.invalid-template` whose message names the template.
 */
export function parseTemplate(template: string): PathTemplate {
  if (template === CATCH_ALL) return { text: template, segments: [], parameterNames: [], trailingSlash: false, catchAll: true };
  if (!template.startsWith('/')) throw invalid(template, 'must begin with a slash');
  const trailingSlash = template.length > 1 && template.endsWith('/');
  const inner = template.slice(1, trailingSlash ? -1 : undefined);
  const texts = inner === '' ? [] : inner.split('/', TEMPLATE_SEGMENTS_MAX + 1);
  if (texts.length > TEMPLATE_SEGMENTS_MAX) throw invalid(template, `must have at most ${TEMPLATE_SEGMENTS_MAX} segments`);
  if (trailingSlash && texts.length === 0) throw invalid(template, EMPTY_SEGMENT);

  const segments: TemplateSegment[] = [];
  const parameterNames: string[] = [];
  for (const [index, text] of texts.entries()) {
    const segment = parseSegment(template, text);
    segments.push(segment);
    if ('static' in segment) continue;
    if ('greedy' in segment && (index < texts.length - 1 || trailingSlash)) {
      throw invalid(template, `must end with ${text}, which takes everything that follows`);
    }
    const name = 'greedy' in segment ? segment.greedy : segment.param;
    if (parameterNames.includes(name)) throw invalid(template, `must not name the parameter ${name} twice`);
    parameterNames.push(name);
  }
  return { text: template, segments, parameterNames, trailingSlash, catchAll: false };
}

const EMPTY_SEGMENT = 'must not have an empty segment: a request never has one, because // is read as /';

function parseSegment(template: string, text: string): TemplateSegment {
  if (text === '') throw invalid(template, EMPTY_SEGMENT);
  if (!text.includes('{') && !text.includes('}')) return { static: canonicalText(template, text) };
  const name = text.slice(1, -1);
  if (!text.startsWith('{') || !text.endsWith('}') || name.includes('{') || name.includes('}')) {
    throw invalid(template, `must use a parameter for a whole segment, not a part of ${text}`);
  }
  const greedy = name.endsWith('+');
  const bare = greedy ? name.slice(0, -1) : name;
  if (!isParameterName(bare))
    throw invalid(template, `must name a parameter with 1 to 128 visible characters, none of them a plus, in ${text}`);
  return greedy ? { greedy: bare } : { param: bare };
}

function isParameterName(name: string): boolean {
  return /^[^\s+\p{C}]{1,128}$/u.test(name);
}

function canonicalText(template: string, text: string): string {
  const segment = canonicalLiteral(text);
  if (segment === undefined) throw invalid(template, `must have only segments that a request path can have, unlike ${text}`);
  return segment;
}

/**
 * The canonical form of a segment that a person wrote, where letters outside ASCII and spaces stand for themselves; undefined when no
 * request path can have it (`.`, `..`, a stray percent sign, a question mark, a control character).
 */
export function canonicalLiteral(text: string): string | undefined {
  if (!text.isWellFormed()) return undefined;
  const ascii = text.replace(/[ \u{80}-\u{10ffff}]/gu, encodeURIComponent);
  const segment = canonicalSegment(ascii, 0, ascii.length);
  return typeof segment !== 'string' || segment === '.' || segment === '..' ? undefined : segment;
}

function invalid(template: string, rule: string): RoutingError {
  return new RoutingError('route.invalid-template', `The path template ${template} ${rule}`);
}
