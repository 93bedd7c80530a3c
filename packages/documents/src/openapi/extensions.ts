import type { PolicyUse } from '@gatehouse/contract';
import { suggest } from '../config/nearest.ts';
import { type Cursor, isObject } from './definition-document.ts';
import type { ImportContext } from './import-context.ts';
import { validatePolicyList } from './policies.ts';

export type ExtensionOwner = 'document' | 'server' | 'components' | 'securityScheme' | 'tag' | 'pathItem' | 'operation';

/**
 * What this version does about an extension: acts on it or needs not to (`fine`), behaves otherwise than Amazon API Gateway would
 * (`differs`), or would leave open what the extension closes (`guards`).
 */
type Treatment = 'fine' | { differs: string } | { guards: string };

const validators: Treatment = { differs: 'requests are not validated: the backend must refuse bad ones' };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html */
const EXTENSIONS: Record<string, { owners: readonly ExtensionOwner[]; treatment: Treatment }> = {
  'x-amazon-apigateway-any-method': { owners: ['pathItem'], treatment: 'fine' },
  'x-amazon-apigateway-api-key-source': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-auth': { owners: ['operation'], treatment: 'fine' },
  'x-amazon-apigateway-authorizer': { owners: ['securityScheme'], treatment: 'fine' },
  'x-amazon-apigateway-authtype': { owners: ['securityScheme'], treatment: 'fine' },
  'x-amazon-apigateway-binary-media-types': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-cors': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-documentation': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-endpoint-access-mode': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-endpoint-configuration': { owners: ['document', 'server'], treatment: 'fine' },
  'x-amazon-apigateway-gateway-responses': {
    owners: ['document'],
    treatment: { differs: 'errors of the gateway keep their own status, header fields and text' },
  },
  'x-amazon-apigateway-importexport-version': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-integration': { owners: ['operation'], treatment: 'fine' },
  'x-amazon-apigateway-integrations': { owners: ['components'], treatment: 'fine' },
  'x-amazon-apigateway-minimum-compression-size': {
    owners: ['document'],
    treatment: { differs: 'responses are not compressed by the gateway' },
  },
  'x-amazon-apigateway-policy': { owners: ['document'], treatment: { guards: 'the resource policy would not be enforced' } },
  'x-amazon-apigateway-request-validator': { owners: ['document', 'operation'], treatment: validators },
  // Only names what -request-validator then uses.
  'x-amazon-apigateway-request-validators': { owners: ['document'], treatment: 'fine' },
  'x-amazon-apigateway-security-policy': { owners: ['document'], treatment: { differs: 'the TLS versions are those of the listener' } },
  'x-amazon-apigateway-tag-value': { owners: ['tag'], treatment: 'fine' },
  'x-gatehouse-auth': { owners: ['document', 'pathItem', 'operation'], treatment: 'fine' },
  'x-gatehouse-integration': { owners: ['pathItem', 'operation'], treatment: 'fine' },
  'x-gatehouse-policies': { owners: ['document', 'pathItem', 'operation'], treatment: 'fine' },
};

/** Looks at the extensions of one object: none that means something to a gateway is skipped in silence. */
export function checkExtensions(owner: Cursor, kind: ExtensionOwner, context: ImportContext): void {
  if (!isObject(owner.value)) return;
  for (const key of Object.keys(owner.value)) {
    if (key.startsWith('x-')) checkExtension(key, owner, kind, context);
  }
}

function checkExtension(key: string, owner: Cursor, kind: ExtensionOwner, context: ImportContext): void {
  if (context.ignoreExtensions.has(key)) return;
  const at = owner.get(key) ?? owner;
  if (key.startsWith('x-aliyun-apigateway-')) {
    // `x-aliyun-apigateway-auth-type: APP` and the like close what would be open here; ANONYMOUS asks for nothing.
    if (!key.endsWith('-auth-type')) context.report.warning('extension.ignored', `${key} is not acted on`, at, { key: true });
    else if (!isAnswered(owner, context) && String(at.value).toUpperCase() !== 'ANONYMOUS') {
      const message = `${key} asks for credentials: set auth: app on the API to have callers authenticated as apps, or auth: none to publish it without`;
      context.report.error('extension.guards', message, at, { key: true });
    }
    return;
  }
  if (!key.startsWith('x-amazon-apigateway-') && !key.startsWith('x-gatehouse-')) return;
  const known = Object.hasOwn(EXTENSIONS, key) ? EXTENSIONS[key] : undefined;
  const skip = `list it under ignoreExtensions of the API to go on without it`;
  if (known === undefined) {
    const message = `${key} is not known${suggest(key, Object.keys(EXTENSIONS))}${key.startsWith('x-gatehouse-') ? '' : ` (${skip})`}`;
    context.report.error('extension.unknown', message, at, { key: true });
  } else if (!known.owners.includes(kind)) {
    context.report.error('extension.misplaced', `${key} means nothing here: it belongs into ${known.owners.join(' or ')}`, at, {
      key: true,
    });
  } else if (known.treatment !== 'fine') {
    if ('guards' in known.treatment) {
      context.report.error('extension.unsupported', `${key} is not supported: ${known.treatment.guards} (${skip})`, at, { key: true });
    } else {
      context.report.warning('extension.ignored', `${key} is not acted on: ${known.treatment.differs}`, at, { key: true });
    }
  }
}

/** Somebody has said how callers are authenticated here. */
function isAnswered(owner: Cursor, { auth, documentAuth }: ImportContext): boolean {
  return auth !== undefined || documentAuth !== undefined || owner.get('x-gatehouse-auth') !== undefined;
}

/** Whether the API is reachable through its own domains only. */
export function readDomainsOnly(root: Cursor, context: ImportContext): boolean {
  let domainsOnly = false;
  for (const owner of [root, ...(root.get('servers')?.items() ?? [])]) {
    const configuration = owner.get('x-amazon-apigateway-endpoint-configuration');
    if (configuration === undefined) continue;
    if (configuration.get('disableExecuteApiEndpoint')?.value === true) domainsOnly = true;
    const vpc = configuration.get('vpcEndpointIds');
    if (vpc !== undefined && !context.ignoreExtensions.has('x-amazon-apigateway-endpoint-configuration')) {
      context.report.warning('extension.ignored', 'vpcEndpointIds is not acted on: the API is reachable wherever the gateway is', vpc, {
        key: true,
      });
    }
  }
  return domainsOnly;
}

const CORS_KEYS = ['allowOrigins', 'allowCredentials', 'exposeHeaders', 'maxAge', 'allowMethods', 'allowHeaders'];

/** `x-amazon-apigateway-cors` as a `cors` policy. */
export function readAwsCors(root: Cursor, context: ImportContext): PolicyUse[] {
  const cors = root.get('x-amazon-apigateway-cors');
  if (cors === undefined || context.ignoreExtensions.has('x-amazon-apigateway-cors')) return [];
  if (!isObject(cors.value)) {
    context.report.error('definition.wrong-type', 'x-amazon-apigateway-cors must be an object', cors);
    return [];
  }
  // What is absent is allowed to nobody there; the policy's own defaults are wider.
  const config: Record<string, unknown> = { allowMethods: [], allowHeaders: [] };
  for (const [key, value] of cors.properties()) {
    if (!CORS_KEYS.includes(key)) {
      context.report.error('extension.unknown', `"${key}" is not a property of x-amazon-apigateway-cors${suggest(key, CORS_KEYS)}`, value, {
        key: true,
      });
    } else if (key === 'maxAge' && typeof value.value === 'number') {
      config[key] = value.value <= 0 ? 0 : `${value.value}s`;
    } else {
      config[key] = value.value;
    }
  }
  return validatePolicyList([{ cors: config }], cors, context, { isWritten: false });
}
