import { GATEWAY_ERRORS, type GatewayErrorKind } from '@gatehouse/contract';
import { findNearestWord } from '@gatehouse/contract/nearest';
import type { Exchange } from '../exchange/exchange.ts';
import { clfTime } from '../telemetry/time-text.ts';
import { traceIdOf } from '../telemetry/trace-context.ts';

/** Gives the value for one exchange, or undefined when there is none (yet). */
export type ContextVariable = (exchange: Exchange) => string | undefined;

/** A name that no context variable has. The message goes to the user. */
export class ContextVariableError extends Error {
  override name = 'ContextVariableError';
}

/**
 * Compiles a context variable of Amazon API Gateway, `$context.NAME` in access logs and `context.NAME` in mappings, or one of our own.
 * A name that Amazon has and this gateway has no value for gives undefined. Throws `ContextVariableError` for every other name.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function compileContextVariable(name: string): ContextVariable {
  const variable = VARIABLES.get(name);
  if (variable !== undefined) return variable;
  if (name.startsWith('authorizer.') && name.length > 11) return authorizerVariable(name.slice(11));
  if (UNAVAILABLE.has(name) || UNAVAILABLE_FAMILIES.test(name)) return () => undefined;
  const near = findNearestWord(name, VARIABLES.keys());
  throw new ContextVariableError(`There is no context variable "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}`);
}

/** What an authorizer gave, whatever it called it: keys may have hyphens, colons and dots (`claims.cognito:groups`). */
function authorizerVariable(key: string): ContextVariable {
  return ({ authorizer }) => (authorizer !== null && Object.hasOwn(authorizer, key) ? authorizer[key] : undefined);
}

/** Who called, by what never changes of an app. */
const appId: ContextVariable = ({ principal }) => (principal?.kind === 'app' ? principal.id : undefined);
const requestId: ContextVariable = (exchange) => exchange.requestId;
const clientAddress: ContextVariable = (exchange) => exchange.clientAddress;
const api: ContextVariable = (exchange) => exchange.publication?.api;
const environment: ContextVariable = (exchange) => text(exchange.environment);
const host: ContextVariable = (exchange) => text(exchange.host);
const backendStatus: ContextVariable = (exchange) => (exchange.backendStatus === 0 ? undefined : String(exchange.backendStatus));
const integrationError: ContextVariable = ({ error }) =>
  error?.code.startsWith('backend.') === true ? GATEWAY_ERRORS[error.code].title : undefined;
const integrationLatency: ContextVariable = (exchange) => {
  const ms = backendMs(exchange);
  return ms === undefined ? undefined : String(Math.round(ms));
};

const VARIABLES: ReadonlyMap<string, ContextVariable> = new Map(
  Object.entries<ContextVariable>({
    requestId,
    extendedRequestId: requestId,
    apiId: api,
    stage: environment,
    httpMethod: (exchange) => exchange.method,
    path: (exchange) => text(exchange.path),
    protocol: (exchange) => exchange.protocol,
    resourcePath: (exchange) => exchange.route?.template,
    routeKey: ({ route }) => (route === null ? undefined : `${route.method} ${route.template}`),
    domainName: host,
    domainPrefix: (exchange) => text(domainPrefix(exchange.host)),
    'identity.sourceIp': clientAddress,
    'identity.userAgent': (exchange) => exchange.request.get('user-agent'),
    'identity.clientCert.clientCertPem': ({ clientCertificate }) => clientCertificate?.pem,
    'identity.clientCert.subjectDN': ({ clientCertificate }) => clientCertificate?.subject,
    'identity.clientCert.issuerDN': ({ clientCertificate }) => clientCertificate?.issuer,
    'identity.clientCert.serialNumber': ({ clientCertificate }) => clientCertificate?.serialNumber,
    'identity.clientCert.validity.notBefore': ({ clientCertificate }) => clientCertificate?.notBefore,
    'identity.clientCert.validity.notAfter': ({ clientCertificate }) => clientCertificate?.notAfter,
    'integration.status': backendStatus,
    integrationStatus: backendStatus,
    'integration.integrationStatus': backendStatus,
    'integration.latency': integrationLatency,
    integrationLatency,
    'integration.error': integrationError,
    integrationErrorMessage: integrationError,
    responseLatency: (exchange) => String(Math.max(0, Math.round(performance.now() - exchange.startedMs))),
    responseLength: (exchange) => String(exchange.responseBytes),
    dataProcessed: (exchange) => String(exchange.requestBytes + exchange.responseBytes),
    status: (exchange) => (exchange.status === 0 ? undefined : String(exchange.status)),
    requestTime: (exchange) => clfTime(startedEpochMs(exchange)),
    requestTimeEpoch: (exchange) => String(Math.round(startedEpochMs(exchange))),
    'error.message': errorMessage,
    'error.messageString': (exchange) => {
      const message = errorMessage(exchange);
      return message === undefined ? undefined : JSON.stringify(message);
    },
    'error.responseType': ({ error }) =>
      error === null ? undefined : ((GATEWAY_ERRORS[error.code] as GatewayErrorKind).aws?.type ?? 'DEFAULT_5XX'),
    'customDomain.basePathMatched': (exchange) => exchange.mappingKey,
    // Our own.
    api,
    environment,
    revision: (exchange) => exchange.publication?.revision,
    host,
    scheme: (exchange) => exchange.scheme,
    'identity.clientCert.fingerprint': ({ clientCertificate }) => clientCertificate?.fingerprint,
    clientAddress,
    requestBytes: (exchange) => String(exchange.requestBytes),
    responseBytes: (exchange) => String(exchange.responseBytes),
    backendTarget: (exchange) => text(exchange.backendTarget),
    retries: (exchange) => String(exchange.retries),
    principal: (exchange) => exchange.principal?.id,
    app: appId,
    'app.name': ({ principal }) => (principal?.kind === 'app' ? principal.name : undefined),
    'identity.apiKeyId': appId,
    refusedBy: (exchange) => exchange.refusedBy ?? undefined,
    'error.code': (exchange) => exchange.error?.code,
    traceId: (exchange) => text(traceIdOf(exchange.traceparent)),
  }),
);

/** Names that Amazon documents and for which there is nothing to say here: they print `-` instead of breaking a format that has them. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  'accountId',
  'authorizer',
  'awsEndpointRequestId',
  'awsEndpointRequestId2',
  'deploymentId',
  'isCanaryRequest',
  'resourceId',
  'webaclArn',
  'wafResponseCode',
  'xrayTraceId',
  'error.validationErrorString',
  'integration.requestId',
]);

const UNAVAILABLE_FAMILIES = new RegExp(
  '^(?:' +
    'identity\\.(?:accountId|accessKey|apiKey|caller|user|userArn|vpcId|vpceId|principalOrgId|cognito[A-Za-z]{1,64}|clientCert\\.[A-Za-z.]{1,64})|' +
    '(?:authorize|authenticate|waf)\\.(?:error|latency|status)|' +
    '(?:requestOverride|responseOverride)\\.[A-Za-z0-9_.-]{1,128}' +
    ')$',
);

/** Milliseconds that the backend took, all tries together: to the end of its answer, or to its head while the rest is under way. */
export function backendMs({ backendStartedMs, backendHeadMs, backendEndedMs }: Exchange): number | undefined {
  const endMs = backendEndedMs === 0 ? backendHeadMs : backendEndedMs;
  return backendStartedMs === 0 || endMs === 0 ? undefined : endMs - backendStartedMs;
}

/** The public text of the gateway's own error, as the API's error profile words it. */
function errorMessage({ error, publication }: Exchange): string | undefined {
  if (error === null) return undefined;
  const { aws, title }: GatewayErrorKind = GATEWAY_ERRORS[error.code];
  switch (publication?.errors.name) {
    case 'aws-rest':
      return aws?.message ?? title;
    case 'aws-http':
      return aws?.httpMessage ?? aws?.message ?? title;
    default:
      return error.detail ?? title;
  }
}

function startedEpochMs(exchange: Exchange): number {
  return Date.now() - (performance.now() - exchange.startedMs);
}

/** `api` of `api.example.com`; an address has no prefix. */
function domainPrefix(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 || /^[\d.]+$/.test(host) ? '' : host.slice(0, dot);
}

function text(value: string): string | undefined {
  return value === '' ? undefined : value;
}
