import type { IntegrationUse, PolicyUse, RouteSnapshot } from '@gatehouse/contract';
import { suggest } from '../config/nearest.ts';
import { type ReadIntegration, readAwsIntegration } from './aws-integration.ts';
import { checkAwsSecurity, requiredSchemes } from './aws-security.ts';
import { type Cursor, formatPlace, isObject } from './definition-document.ts';
import { exampleAnswer } from './example-answer.ts';
import { checkExtensions } from './extensions.ts';
import { type AuthSetting, effectiveAuth, readAuth, routeAuthentication } from './gatehouse-auth.ts';
import { readGatehouseIntegration } from './gatehouse-integration.ts';
import type { ImportContext, OperationScope } from './import-context.ts';
import { checkParameters } from './operation-parameters.ts';
import { CATCH_ALL, type PathTemplate, parsePathTemplate } from './path-template.ts';
import { substitute } from './placeholders.ts';
import { readPolicies } from './policies.ts';

/** A route with what the checks across routes need to know of it. */
export interface RouteDraft {
  route: RouteSnapshot;
  template: PathTemplate;
  /** What a caller must get past: names of restricting policies and of required security schemes. */
  guards: ReadonlySet<string>;
  /** The operation where it is written. */
  at: Cursor;
}

const ANY_METHOD = 'x-amazon-apigateway-any-method';
const METHODS_2 = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const METHODS_3 = [...METHODS_2, 'trace'];
const PATH_ITEM_KEYS = ['$ref', 'summary', 'description', 'servers', 'parameters'];
const OPERATION_KEYS = [
  'tags',
  'summary',
  'description',
  'externalDocs',
  'operationId',
  'parameters',
  'requestBody',
  'responses',
  'callbacks',
  'deprecated',
  'security',
  'servers',
  // 2.0
  'consumes',
  'produces',
  'schemes',
  // Written by exports of HTTP APIs.
  'isDefaultRoute',
];

/** Policies that shape messages and keep nobody out. */
const UNGUARDING_POLICIES = new Set(['cors', 'headers']);

/** Reads every operation of the document into a route; what cannot become one is reported. */
export function readRoutes(root: Cursor, context: ImportContext): RouteDraft[] {
  const drafts: RouteDraft[] = [];
  const paths = context.references.child(root, 'paths');
  if (paths === undefined) {
    context.report.error('definition.no-paths', 'The definition has no paths', root);
    return drafts;
  }
  const withoutBackend: Cursor[] = [];
  for (const [key, written] of paths.properties()) {
    if (!key.startsWith('x-') && key !== '$ref' && isObject(written.value))
      drafts.push(...readPathItem(key, written, root, context, withoutBackend));
  }
  reportWithoutBackend(withoutBackend, context);
  if (drafts.length === 0 && !context.report.hasErrors) {
    context.report.warning('definition.no-operations', 'The definition has no operations: every request is refused', paths);
  }
  return drafts;
}

function readPathItem(key: string, written: Cursor, root: Cursor, context: ImportContext, withoutBackend: Cursor[]): RouteDraft[] {
  const template = readTemplate(key, written, context);
  if (template === undefined) return [];
  const target = context.references.resolve(written);
  // What stands beside a $ref is laid over what it refers to (OpenAPI leaves the case open).
  const items = target === undefined || target === written || !isObject(target.value) ? [written] : [written, target];
  for (const item of items) {
    checkExtensions(item, 'pathItem', context);
    checkPathItemKeys(item, context);
  }
  const policies = items.flatMap((item) => readPolicies(item, context));
  const auth = items.map((item) => readAuth(item, context)).find((setting) => setting !== undefined);
  const drafts: RouteDraft[] = [];
  const methods = [...(context.version === '2.0' ? METHODS_2 : METHODS_3), ANY_METHOD];
  for (const name of new Set(items.flatMap((item) => Object.keys(item.value as object)))) {
    if (!methods.includes(name)) continue;
    const operationAt = items.map((item) => item.get(name)).find((found) => found !== undefined);
    const operation = operationAt === undefined ? undefined : context.references.resolve(operationAt);
    if (operationAt === undefined || operation === undefined || !isObject(operation.value)) continue;
    const scope: OperationScope = { method: name === ANY_METHOD ? 'ANY' : name.toUpperCase(), template, operation, root };
    const draft = readOperation(scope, operationAt, items, { policies, auth }, context, withoutBackend);
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

function readTemplate(key: string, written: Cursor, context: ImportContext): PathTemplate | undefined {
  const { text, unset } = substitute(key, context.parameters);
  if (unset.length > 0) {
    context.report.error('definition.unset-parameter', `\${${unset[0]}} has no value: set parameters.${unset[0]} on the API`, written, {
      key: true,
    });
    return undefined;
  }
  if (text === '/$default' && context.isAws) return CATCH_ALL;
  const template = parsePathTemplate(text);
  if (!('code' in template)) return template;
  context.report.error(template.code, template.message, written, { key: true });
  return undefined;
}

/** A misspelt method would be a route that is missing without a word. */
function checkPathItemKeys(item: Cursor, context: ImportContext): void {
  const known = [...(context.version === '2.0' ? METHODS_2 : METHODS_3), ...PATH_ITEM_KEYS];
  for (const [key, at] of item.properties()) {
    if (known.includes(key) || key.startsWith('x-')) continue;
    const message = `"${key}" is neither a method nor a property of a path in OpenAPI ${context.version}${suggest(key, known)}`;
    context.report.error('definition.unknown-key', message, at, { key: true });
  }
}

function readOperation(
  scope: OperationScope,
  at: Cursor,
  items: Cursor[],
  { policies: itemPolicies, auth: itemAuth }: { policies: PolicyUse[]; auth: AuthSetting | undefined },
  context: ImportContext,
  withoutBackend: Cursor[],
): RouteDraft | undefined {
  const { operation, template } = scope;
  checkExtensions(operation, 'operation', context);
  checkOperationKeys(operation, context);
  checkParameters(scope, items, context);
  const auth = effectiveAuth(operation, itemAuth, context);
  checkAwsSecurity(scope, auth, context);
  const own = readPolicies(operation, context);
  const integration = readIntegration(scope, at, items, context, withoutBackend);
  if (integration === undefined) return undefined;
  const policies = [...itemPolicies, ...own, ...integration.policies];
  const operationId = operation.string('operationId');
  const place = formatPlace(operation.document === at.document ? at.place() : operation.place());
  const route: RouteSnapshot = {
    method: scope.method,
    path: template.path,
    ...(operationId === undefined ? {} : { operationId }),
    integration: withExample(integration.use, scope, context),
    policies,
    ...routeAuthentication(auth),
    ...(place === undefined ? {} : { at: place }),
  };
  const guards = new Set(requiredSchemes(scope).map(({ name }) => `security scheme ${name}`));
  if (auth.authentication != null) guards.add('authentication (auth: app)');
  for (const { name } of policies) if (!UNGUARDING_POLICIES.has(name)) guards.add(name);
  return { route, template, guards, at };
}

function checkOperationKeys(operation: Cursor, context: ImportContext): void {
  for (const [key, at] of operation.properties()) {
    if (OPERATION_KEYS.includes(key) || key.startsWith('x-') || key === '$ref') continue;
    const message = `"${key}" is not a property of an operation${suggest(key, OPERATION_KEYS)}`;
    context.report.warning('definition.unknown-key', message, at, { key: true });
  }
}

function readIntegration(
  scope: OperationScope,
  at: Cursor,
  items: Cursor[],
  context: ImportContext,
  withoutBackend: Cursor[],
): ReadIntegration | undefined {
  const own = scope.operation.get('x-gatehouse-integration');
  const ignoresAws = context.ignoreExtensions.has('x-amazon-apigateway-integration');
  const aws = ignoresAws ? undefined : scope.operation.get('x-amazon-apigateway-integration');
  if (own !== undefined && aws !== undefined) {
    const message = 'The operation has two integrations: keep x-gatehouse-integration or x-amazon-apigateway-integration';
    context.report.error('integration.ambiguous', message, own, { key: true });
    return undefined;
  }
  if (aws !== undefined) return readAwsIntegration(aws, scope, context);
  const inherited = own ?? items.map((item) => item.get('x-gatehouse-integration')).find((found) => found !== undefined);
  if (inherited !== undefined) return readGatehouseIntegration(inherited, scope, context);
  if (context.backend === undefined) {
    withoutBackend.push(at);
    return undefined;
  }
  return { use: { kind: 'http', backend: context.backend, passThrough: true, parameters: [] }, policies: [] };
}

/** What the gateway answers with where it stands in for the backend; an operation that describes no success has none. */
function withExample(use: IntegrationUse, scope: OperationScope, context: ImportContext): IntegrationUse {
  if (use.kind !== 'http' || use.backend === undefined || !context.exampleBackends.has(use.backend)) return use;
  const example = exampleAnswer(scope, {}, context);
  return example === undefined ? use : { ...use, example };
}

/** Once for the document: a backend on the API mends all of them. */
function reportWithoutBackend(operations: Cursor[], context: ImportContext): void {
  const [first] = operations;
  if (first === undefined) return;
  const others = operations.length === 1 ? '' : ` (and ${operations.length - 1} more)`;
  const message = `This operation${others} has no integration, and the API no backend: set backend: on the API, or x-gatehouse-integration in the operation`;
  context.report.error('api.no-backend', message, first);
}
