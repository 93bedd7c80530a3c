import { suggest } from '../config/nearest.ts';
import { type Cursor, isObject } from './definition-document.ts';
import type { ImportContext, OpenApiVersion } from './import-context.ts';
import type { Report } from './report.ts';

const KEYS_2 = [
  'swagger',
  'info',
  'host',
  'basePath',
  'schemes',
  'consumes',
  'produces',
  'paths',
  'definitions',
  'parameters',
  'responses',
  'securityDefinitions',
  'security',
  'tags',
  'externalDocs',
];
const KEYS_3 = ['openapi', 'info', 'jsonSchemaDialect', 'servers', 'paths', 'webhooks', 'components', 'security', 'tags', 'externalDocs'];

/** Which OpenAPI a document is written in; undefined when it is none that can be read, which is reported. */
export function readVersion(root: Cursor, report: Report): OpenApiVersion | undefined {
  if (!isObject(root.value)) {
    report.error('definition.not-openapi', 'This is no OpenAPI document: it must be an object with openapi or swagger and paths', root);
    return undefined;
  }
  const at = root.get('openapi') ?? root.get('swagger');
  if (at === undefined) {
    report.error('definition.not-openapi', 'This is no OpenAPI document: neither openapi nor swagger says which version it is', root);
    return undefined;
  }
  // YAML reads an unquoted 2.0 or 3.1 as a number, and 3.0 as 3.
  const text = String(at.value);
  if (at.key === 'swagger' && (text === '2.0' || text === '2')) return '2.0';
  if (at.key === 'openapi' && (/^3\.0(\.\d{1,4})?(-\S{1,20})?$/.test(text) || at.value === 3)) return '3.0';
  if (at.key === 'openapi' && /^3\.1(\.\d{1,4})?(-\S{1,20})?$/.test(text)) return '3.1';
  report.error(
    'definition.unknown-version',
    `"${text.slice(0, 40)}" is not a version of OpenAPI that can be read: 2.0, 3.0 and 3.1 are`,
    at,
  );
  return undefined;
}

/** What the document as a whole says, apart from its paths. */
export function checkDocument(root: Cursor, context: ImportContext): void {
  const known = context.version === '2.0' ? KEYS_2 : KEYS_3;
  for (const [key, at] of root.properties()) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    const message = `"${key}" is not a property of an OpenAPI ${context.version} document${suggest(key, known)}`;
    context.report.warning('definition.unknown-key', message, at, { key: true });
  }
  const title = root.get('info')?.get('title');
  if (title === undefined || title.value === '')
    context.report.warning('definition.no-title', 'The document has no info.title', root.get('info') ?? root);
  noteBasePath(root, context);
}

/** Amazon API Gateway ignores the base path by default too; here it is a setting of the API. */
function noteBasePath(root: Cursor, context: ImportContext): void {
  const server = root.get('servers')?.get(0);
  // The variable counts for Amazon API Gateway even where the URL does not mention it.
  const variable = server?.get('variables')?.get('basePath')?.get('default');
  const at = context.version === '2.0' ? root.get('basePath') : (variable ?? server?.get('url'));
  if (typeof at?.value !== 'string') return;
  const path = at.value.replace(/^(?:[A-Za-z][A-Za-z0-9+.-]{0,20}:)?\/\/[^/?#]*/, '');
  if (path === '/' || path === '') return;
  context.report.hint(
    'definition.base-path-ignored',
    `The base path ${path} is not used: set basePath on the API, and the path of the backend's url`,
    at,
  );
}
