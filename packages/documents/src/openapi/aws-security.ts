import { suggest } from '../config/nearest.ts';
import { type Cursor, isObject } from './definition-document.ts';
import type { EffectiveAuth } from './gatehouse-auth.ts';
import type { ImportContext, OperationScope } from './import-context.ts';
import type { References } from './references.ts';

/**
 * Names of the security schemes that an operation requires: its own, else the document's. The documentation of Amazon API Gateway
 * says that REST APIs ignore the document's; recordings show that they do not (LocalStack,
 * test_import_with_cognito_auth_identity_source), and an API that its author believes to be protected must not be open.
 */
export function requiredSchemes(scope: OperationScope): { name: string; at: Cursor }[] {
  const security = scope.operation.get('security') ?? scope.root.get('security');
  const names: { name: string; at: Cursor }[] = [];
  for (const requirement of security?.items() ?? []) {
    for (const [name, at] of requirement.properties()) names.push({ name, at });
  }
  return names;
}

/**
 * Refuses operations that Amazon API Gateway itself would guard, because this version cannot check those credentials, unless somebody has
 * said how callers are authenticated instead. In a plain document `security` describes what the service behind checks.
 */
export function checkAwsSecurity(scope: OperationScope, { authentication }: EffectiveAuth, context: ImportContext): void {
  if (!context.isAws || authentication !== undefined) return;
  const auth = scope.operation.get('x-amazon-apigateway-auth');
  const type = auth?.get('type')?.value;
  if (auth !== undefined && !(typeof type === 'string' && type.toUpperCase() === 'NONE')) {
    refuse(`x-amazon-apigateway-auth ${String(type)}`, auth, scope, context);
  }
  for (const { name, at } of requiredSchemes(scope)) {
    const scheme = findScheme(name, scope.root, context);
    if (scheme === undefined) {
      const known = Object.keys(schemesOf(scope.root, context.references)?.value ?? {});
      context.report.error('auth.unknown-scheme', `There is no security scheme "${name}"${suggest(name, known)}`, at, { key: true });
    } else if (isCheckedByTheGateway(scheme)) {
      refuse(`the security scheme "${name}"`, at, scope, context);
    }
  }
}

function refuse(what: string, at: Cursor, scope: OperationScope, context: ImportContext): void {
  context.report.error(
    'auth.unsupported',
    `${scope.method} ${scope.template.path} requires ${what}, which this version cannot check: set auth: app on the API to have callers authenticated as apps instead, or auth: none to publish it without credentials`,
    at,
  );
}

/** The map of security schemes, wherever the version of OpenAPI has it. */
export function schemesOf(root: Cursor, references: References): Cursor | undefined {
  return references.child(root, 'securityDefinitions') ?? references.child(references.child(root, 'components'), 'securitySchemes');
}

function findScheme(name: string, root: Cursor, context: ImportContext): Cursor | undefined {
  return context.references.child(schemesOf(root, context.references), name);
}

/** Authorizers, IAM signatures and API keys in `x-api-key`, which REST APIs check against their usage plans. */
function isCheckedByTheGateway(scheme: Cursor): boolean {
  if (!isObject(scheme.value)) return false;
  if (scheme.get('x-amazon-apigateway-authorizer') !== undefined || scheme.get('x-amazon-apigateway-authtype') !== undefined) return true;
  return scheme.string('type') === 'apiKey' && scheme.string('in') === 'header' && scheme.string('name')?.toLowerCase() === 'x-api-key';
}
