import type { Cursor } from './definition-document.ts';
import type { ImportContext, OperationScope } from './import-context.ts';

const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]{1,64})\}/g;
const URI_LENGTH_MAX = 4096;

/**
 * Checks an absolute URI template as `HttpIntegrationUse.uri` wants it: http or https, `${stageVariables.name}` anywhere, `{name}` in
 * the path. `mapped` are the names that `integration.request.path.*` fills. Reports what is wrong and gives whether it may be used.
 */
export function checkIntegrationUri(
  uri: string,
  at: Cursor,
  mapped: ReadonlySet<string>,
  scope: OperationScope,
  context: ImportContext,
): boolean {
  const invalid = (why: string) => {
    context.report.error('integration.invalid-uri', `"${uri}" cannot be called: ${why}`, at);
    return false;
  };
  if (uri.length > URI_LENGTH_MAX) return invalid(`it is longer than ${URI_LENGTH_MAX} characters`);
  if (/[^\x21-\x7e]/.test(uri)) return invalid('spaces and characters outside ASCII must be percent-encoded');
  const probe = uri
    .replace(/^\$\{stageVariables\.[A-Za-z0-9_]{1,64}\}(?!:\/\/)/, 'http://variable')
    .replace(/^\$\{stageVariables\.[A-Za-z0-9_]{1,64}\}/, 'http')
    .replace(/(?<=[^/]:)\$\{stageVariables\.[A-Za-z0-9_]{1,64}\}/g, '1')
    .replace(STAGE_VARIABLE, 'variable');
  if (probe.includes('${'))
    return invalid('of ${…} only ${stageVariables.name} is known here, with letters, digits and underscores in the name');
  const parts = /^https?:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is.exec(probe);
  if (parts === null) return invalid('it must begin with http://, https:// or a stage variable');
  const [, authority = '', path = '', query = '', fragment] = parts;
  if (fragment !== undefined) return invalid('it must not have a fragment');
  if (/[{}]/.test(authority + query)) return invalid('{…} may stand in its path only');
  if (authority.includes('@')) return invalid('it must not hold a user or password');
  if (URL.parse(probe.replace(/[{}]/g, '')) === null || authority === '') return invalid('it is not a valid URL');
  takeStageVariables(uri, at, context);
  return checkPathParameters(path, at, mapped, scope, context);
}

/** Checks that every `{name}` of a path gets a value, and says so where it gets one without having been told. */
export function checkPathParameters(
  path: string,
  at: Cursor,
  mapped: ReadonlySet<string>,
  scope: OperationScope,
  context: ImportContext,
): boolean {
  const names = [...path.matchAll(/\{([^{}]{1,256}?)\+?\}/g)].map((match) => match[1] as string);
  if (/[{}]/.test(path.replace(/\{[^{}]{1,256}\}/g, ''))) {
    context.report.error('integration.invalid-uri', 'The braces in the path do not enclose parameters', at);
    return false;
  }
  let valid = true;
  for (const name of new Set(names)) {
    if (mapped.has(name)) continue;
    if (scope.template.parameterNames.includes(name)) {
      context.report.hint(
        'integration.path-parameter-filled',
        `{${name}} has no mapping and is filled with the path parameter of that name`,
        at,
      );
    } else {
      context.report.error(
        'integration.unknown-path-parameter',
        `{${name}} gets no value: the path ${scope.template.path} has no such parameter, and nothing is mapped to integration.request.path.${name}`,
        at,
      );
      valid = false;
    }
  }
  return valid;
}

/** Remembers the stage variables of a text and gives the text with a word in the place of each. */
export function takeStageVariables(text: string, at: Cursor, context: ImportContext): string {
  return text.replace(STAGE_VARIABLE, (_, name: string) => {
    context.stageVariables.add(name, at);
    return 'variable';
  });
}
