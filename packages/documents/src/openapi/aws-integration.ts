import type { HttpIntegrationUse, IntegrationUse, PolicyUse } from '@gatehouse/contract';
import { suggest } from '../config/nearest.ts';
import { readHttpResponses } from './aws-http-responses.ts';
import { readAwsMock } from './aws-mock.ts';
import { type Cursor, isObject } from './definition-document.ts';
import { type ImportContext, type OperationScope, readScalarText, readText } from './import-context.ts';
import { checkIntegrationUri } from './integration-uri.ts';
import { isIdentityTemplate } from './mapping-template.ts';
import { readRequestParameters } from './request-parameters.ts';

/** How a route reaches its backend, with policies that its integration implies. */
export interface ReadIntegration {
  use: IntegrationUse;
  policies: PolicyUse[];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
const KEYS = [
  'type',
  'uri',
  'httpMethod',
  'connectionType',
  'connectionId',
  'credentials',
  'requestParameters',
  'requestTemplates',
  'passthroughBehavior',
  'responses',
  'responseParameters',
  'contentHandling',
  'cacheNamespace',
  'cacheKeyParameters',
  'timeoutInMillis',
  'payloadFormatVersion',
  'integrationSubtype',
  'integrationTarget',
  'responseTransferMode',
  'tlsConfig',
];

/** What Amazon API Gateway waits for a backend when nothing is said: 29 s for REST APIs, 30 s for HTTP APIs. */
const DEFAULT_TIMEOUT_MS = { 'aws-rest': 29_000, 'aws-http': 30_000 } as const;
const TIMEOUT_MS_MAX = 900_000;

/** Reads `x-amazon-apigateway-integration`. Undefined when it cannot be carried, which is reported: never skipped. */
export function readAwsIntegration(written: Cursor, scope: OperationScope, context: ImportContext): ReadIntegration | undefined {
  const integration = context.references.resolve(written);
  if (integration === undefined) return undefined;
  if (!isObject(integration.value)) return undefined;
  if (!checkKeys(integration, context)) return undefined;
  const typeAt = integration.get('type');
  if (typeAt === undefined) {
    context.report.error('integration.unsupported', 'An integration must have a type: http_proxy, http or mock', integration);
    return undefined;
  }
  const type = readText(typeAt, context)?.toLowerCase();
  if (type === undefined) return undefined;
  const subtype = integration.get('integrationSubtype');
  if (subtype !== undefined) {
    context.report.error('integration.unsupported', `Integrations with AWS services (${String(subtype.value)}) are not supported`, subtype);
    return undefined;
  }
  if (type === 'mock') {
    const use = readAwsMock(integration, scope, context);
    return use === undefined ? undefined : { use, policies: [] };
  }
  if (type === 'http_proxy' || type === 'http') return readHttp(integration, type === 'http_proxy', scope, context);
  const known = type === 'aws' || type === 'aws_proxy';
  context.report.error(
    'integration.unsupported',
    known
      ? `The integration type ${String(typeAt.value)} (a Lambda function or another AWS service) is not supported yet; http_proxy, http and mock are`
      : `"${String(typeAt.value)}" is not a type of integration${suggest(type, ['http_proxy', 'http', 'mock'])}: use http_proxy, http or mock`,
    typeAt,
  );
  return undefined;
}

function checkKeys(integration: Cursor, context: ImportContext): boolean {
  let valid = true;
  for (const [key, at] of integration.properties()) {
    if (KEYS.includes(key) || key.startsWith('x-') || context.ignoreExtensions.has(`x-amazon-apigateway-integration.${key}`)) continue;
    const message = `"${key}" is not a property of an integration${suggest(key, KEYS)}`;
    context.report.error('integration.unknown-key', message, at, { key: true });
    valid = false;
  }
  return valid;
}

function readHttp(integration: Cursor, passThrough: boolean, scope: OperationScope, context: ImportContext): ReadIntegration | undefined {
  const parameters = readRequestParameters(integration.get('requestParameters'), scope, context);
  const method = readMethod(integration, context);
  const timeoutMs = readTimeout(integration, context);
  if (!passThrough) checkRequestTemplates(integration, context);
  noteConnection(integration, context);
  const policies = readHttpResponses(integration, passThrough, context);
  const uriAt = integration.get('uri');
  if (uriAt === undefined) {
    context.report.error('integration.invalid-uri', 'An HTTP integration must have a uri', integration);
    return undefined;
  }
  const uri = readText(uriAt, context);
  const mapped = new Set(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name));
  if (uri === undefined || !checkIntegrationUri(uri, uriAt, mapped, scope, context)) return undefined;
  const tls = readTls(integration, context);
  const use: HttpIntegrationUse = {
    kind: 'http',
    uri,
    ...(method === undefined ? {} : { method }),
    passThrough,
    parameters,
    timeouts: { responseMs: timeoutMs, totalMs: timeoutMs },
    ...(tls === undefined ? {} : { tls }),
  };
  return { use, policies };
}

/** `ANY`, or nothing, means the client's own method. */
function readMethod(integration: Cursor, context: ImportContext): string | undefined {
  const at = integration.get('httpMethod');
  const method = at === undefined ? undefined : readText(at, context)?.toUpperCase();
  if (at === undefined || method === undefined || method === 'ANY' || method === '') return undefined;
  if (/^[!#$%&'*+\-.^_`|~0-9A-Z]{1,32}$/.test(method) && method !== 'CONNECT') return method;
  context.report.error('integration.invalid-method', `"${method}" cannot be the method of a request`, at);
  return undefined;
}

function readTimeout(integration: Cursor, context: ImportContext): number {
  const fallback = DEFAULT_TIMEOUT_MS[context.errorProfile === 'aws-http' ? 'aws-http' : 'aws-rest'];
  const at = integration.get('timeoutInMillis');
  if (at === undefined) return fallback;
  const text = readScalarText(at, context);
  if (text === undefined) return fallback;
  const ms = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (ms >= 1 && ms <= TIMEOUT_MS_MAX) return ms;
  context.report.error('integration.invalid-timeout', `timeoutInMillis must be a whole number from 1 to ${TIMEOUT_MS_MAX}`, at);
  return fallback;
}

/** With `http`, a request template makes the body; one that hands it on as it is needs nothing. */
function checkRequestTemplates(integration: Cursor, context: ImportContext): void {
  const templates = integration.get('requestTemplates');
  for (const [contentType, template] of templates?.properties() ?? []) {
    if (typeof template.value === 'string' && isIdentityTemplate(template.value)) continue;
    const message = `Mapping templates come later: the request template for ${contentType} of an http integration is not supported; use http_proxy to pass the body on`;
    context.report.error('integration.template-unsupported', message, template);
  }
  const behavior = integration.get('passthroughBehavior');
  if (templates === undefined && typeof behavior?.value === 'string' && behavior.value.toLowerCase() === 'never') {
    context.report.warning(
      'integration.passthrough-ignored',
      'passthroughBehavior never is not acted on: request bodies are passed on',
      behavior,
    );
  }
}

function noteConnection(integration: Cursor, context: ImportContext): void {
  const type = integration.get('connectionType');
  const id = integration.get('connectionId');
  // With an id and no type, a VPC link is meant: nothing else has an id.
  if (id === undefined && !(typeof type?.value === 'string' && type.value.toUpperCase() === 'VPC_LINK')) return;
  context.report.hint(
    'integration.vpc-link-direct',
    'There are no VPC links here: the backend is called directly',
    id ?? type ?? integration,
  );
}

function readTls(integration: Cursor, context: ImportContext): HttpIntegrationUse['tls'] {
  const config = integration.get('tlsConfig');
  if (config === undefined) return undefined;
  const skip = config.get('insecureSkipVerification')?.value;
  const nameAt = config.get('serverNameToVerify');
  const serverName = nameAt === undefined ? undefined : readText(nameAt, context);
  if (skip !== undefined && typeof skip !== 'boolean') {
    context.report.error(
      'definition.wrong-type',
      'insecureSkipVerification must be true or false',
      config.get('insecureSkipVerification') ?? config,
    );
  }
  if (skip === true) {
    context.report.warning(
      'integration.unverified-backend',
      'The certificate of the backend is not verified',
      config.get('insecureSkipVerification') ?? config,
    );
  }
  return { ...(serverName === undefined ? {} : { serverName }), ...(skip === true ? { insecureSkipVerify: true } : {}) };
}
