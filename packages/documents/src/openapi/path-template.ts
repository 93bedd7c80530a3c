/** A path of a definition, read: what the router is given and what two paths are compared by. */
export interface PathTemplate {
  /** Canonical form of what was written: static segments as RFC 3986 writes them, parameters as they were. */
  path: string;
  /** The path without the names of its parameters: two templates with the same shape match the same paths. */
  shape: string;
  segments: readonly TemplateSegment[];
  /** In order; a greedy one last. */
  parameterNames: readonly string[];
  /** `$default` of HTTP APIs: whatever no other route matches. Has no segments. */
  isCatchAll: boolean;
}

/** The key under which HTTP APIs of Amazon API Gateway export it is `/$default`. */
export const CATCH_ALL: PathTemplate = { path: '$default', shape: '$default', segments: [], parameterNames: [], isCatchAll: true };

export type TemplateSegment = { kind: 'static'; text: string } | { kind: 'parameter'; name: string } | { kind: 'greedy'; name: string };

export interface PathTemplateFault {
  code: string;
  message: string;
}

const PATH_LENGTH_MAX = 4096;
/** What the router takes. */
const SEGMENTS_MAX = 30;
const PARAMETER_NAME = /^[^{}/?#%+*\s]{1,128}$/;

/** Reads a key of `paths`: static segments, `{name}` as a whole segment, `{name+}` at the end. */
export function parsePathTemplate(text: string): PathTemplate | PathTemplateFault {
  if (!text.startsWith('/')) return fault('route.invalid-path', `A path must begin with a slash: write "/${text}"`);
  if (text.length > PATH_LENGTH_MAX) return fault('route.invalid-path', `A path may have at most ${PATH_LENGTH_MAX} characters`);
  if (/[?#]/.test(text)) {
    return fault('route.invalid-path', 'A path must not contain a query or fragment: describe query parameters under parameters');
  }
  const raw = text.slice(1).split('/');
  if (raw.length > SEGMENTS_MAX) return fault('route.invalid-path', `A path may have at most ${SEGMENTS_MAX} segments`);
  const segments: TemplateSegment[] = [];
  const names = new Set<string>();
  for (const [index, part] of raw.entries()) {
    if (part === '' && index < raw.length - 1) {
      return fault('route.invalid-path', 'A path must not contain an empty segment: requests with // are read with one slash');
    }
    const segment = parseSegment(part);
    if ('code' in segment) return segment;
    if (segment.kind !== 'static') {
      if (names.has(segment.name)) return fault('route.invalid-path', `The path names the parameter {${segment.name}} twice`);
      names.add(segment.name);
    }
    if (segment.kind === 'greedy' && index < raw.length - 1) {
      // Amazon API Gateway refuses the same with this text (recorded by LocalStack, test_create_proxy_resource_validation).
      return fault('route.greedy-not-last', `Cannot create a child of a resource with a greedy path variable: {${segment.name}+}`);
    }
    segments.push(segment);
  }
  return { path: render(segments, false), shape: render(segments, true), segments, parameterNames: [...names], isCatchAll: false };
}

function fault(code: string, message: string): PathTemplateFault {
  return { code, message };
}

function parseSegment(text: string): TemplateSegment | PathTemplateFault {
  if (!text.includes('{') && !text.includes('}')) return parseStatic(text);
  const inner = /^\{([^{}]{1,256})\}$/.exec(text)?.[1];
  if (inner === undefined) {
    return /\{[^{}]{1,256}\}/.test(text)
      ? fault('route.partial-parameter', `A parameter must be a whole segment of the path: "${text}" is not supported yet`)
      : fault('route.invalid-path', `The braces in "${text}" do not enclose a parameter`);
  }
  const greedy = inner.endsWith('+');
  const name = greedy ? inner.slice(0, -1) : inner;
  if (!PARAMETER_NAME.test(name)) return fault('route.invalid-path', `"${inner}" cannot be the name of a path parameter`);
  return { kind: greedy ? 'greedy' : 'parameter', name };
}

function parseStatic(text: string): TemplateSegment | PathTemplateFault {
  const canonical = canonicalStatic(text);
  if (canonical === undefined) {
    return fault(
      'route.invalid-path',
      `"${text}" cannot stand in a path: it has a bad percent sequence, a backslash or a control character`,
    );
  }
  if (canonical === '.' || canonical === '..') return fault('route.invalid-path', 'A path must not contain . or .. segments');
  return { kind: 'static', text: canonical };
}

/**
 * The one form in which requests are matched (RFC 3986 section 6.2.2): unreserved characters decoded, other sequences with
 * upper-case digits, everything that may not stand raw in a segment percent-encoded as UTF-8. What requests may not contain
 * (controls, a raw backslash) gives undefined.
 */
function canonicalStatic(text: string): string | undefined {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@]*$/.test(text)) return text;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '%') {
      const digits = /^[0-9A-Fa-f]{2}/.exec(text.slice(i + 1, i + 3))?.[0];
      if (digits === undefined) return undefined;
      const byte = Number.parseInt(digits, 16);
      if (byte < 0x20 || byte === 0x7f) return undefined;
      const decoded = String.fromCharCode(byte);
      result += /[A-Za-z0-9\-._~]/.test(decoded) ? decoded : `%${digits.toUpperCase()}`;
      i += 2;
    } else if (/[A-Za-z0-9\-._~!$&'()*+,;=:@]/.test(character)) {
      result += character;
    } else {
      const point = text.codePointAt(i) as number;
      if (point < 0x20 || point === 0x7f || character === '\\') return undefined;
      const whole = String.fromCodePoint(point).toWellFormed();
      result += encodeURIComponent(whole);
      i += String.fromCodePoint(point).length - 1;
    }
  }
  return result;
}

function render(segments: readonly TemplateSegment[], anonymous: boolean): string {
  const parts = segments.map((segment) => {
    if (segment.kind === 'static') return segment.text;
    return `{${anonymous ? '' : segment.name}${segment.kind === 'greedy' ? '+' : ''}}`;
  });
  return `/${parts.join('/')}`;
}
