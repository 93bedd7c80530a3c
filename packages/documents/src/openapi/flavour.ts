import type { ErrorProfileName } from '@gatehouse/contract';
import { type Cursor, isObject } from './definition-document.ts';
import type { References } from './references.ts';

const AWS = 'x-amazon-apigateway-';

/** What kind of document it is: whether it was written for Amazon API Gateway, and for which of its two kinds of API. */
export interface Flavour {
  isAws: boolean;
  isHttpApi: boolean;
}

/** Looks for `x-amazon-apigateway-*` where it may stand: document, servers, components, security schemes, path items, operations. */
export function detectFlavour(root: Cursor, references: References): Flavour {
  const flavour = { isAws: false, isHttpApi: false };
  const version = root.get('x-amazon-apigateway-importexport-version')?.value;
  if (version === '1.0' || version === 1 || root.get('x-amazon-apigateway-cors') !== undefined) flavour.isHttpApi = true;
  const components = references.child(root, 'components');
  look(root, flavour);
  look(components, flavour);
  for (const server of root.get('servers')?.items() ?? []) look(server, flavour);
  for (const schemes of [references.child(root, 'securityDefinitions'), references.child(components, 'securitySchemes')]) {
    for (const [, scheme] of schemes?.properties() ?? []) lookAtScheme(references.resolve(scheme), flavour);
  }
  for (const [, integration] of references.child(components, 'x-amazon-apigateway-integrations')?.properties() ?? [])
    lookAtIntegration(integration, flavour);
  for (const [, written] of references.child(root, 'paths')?.properties() ?? []) {
    for (const pathItem of new Set([written, references.resolve(written)])) {
      look(pathItem, flavour);
      for (const [, operation] of pathItem?.properties() ?? []) lookAtOperation(references.resolve(operation), flavour);
    }
  }
  return flavour;
}

/** The error profile of a document when nobody chose one. */
export function defaultErrorProfile({ isAws, isHttpApi }: Flavour): ErrorProfileName {
  if (!isAws) return 'problem';
  return isHttpApi ? 'aws-http' : 'aws-rest';
}

function look(owner: Cursor | undefined, flavour: Flavour): void {
  if (!flavour.isAws && isObject(owner?.value)) flavour.isAws = Object.keys(owner.value).some((key) => key.startsWith(AWS));
}

function lookAtOperation(operation: Cursor | undefined, flavour: Flavour): void {
  look(operation, flavour);
  const integration = operation?.get('x-amazon-apigateway-integration');
  if (integration !== undefined) lookAtIntegration(integration, flavour);
}

function lookAtIntegration(integration: Cursor, flavour: Flavour): void {
  const version = integration.get('payloadFormatVersion')?.value;
  // REST APIs know no payload format; 1.0 is written in documents of both kinds.
  if (version === '2.0' || version === 2 || integration.get('integrationSubtype') !== undefined) flavour.isHttpApi = true;
}

function lookAtScheme(scheme: Cursor | undefined, flavour: Flavour): void {
  look(scheme, flavour);
  const authorizer = scheme?.get('x-amazon-apigateway-authorizer');
  const type = authorizer?.get('type')?.value;
  const isJwt = typeof type === 'string' && type.toLowerCase() === 'jwt';
  if (isJwt || authorizer?.get('authorizerPayloadFormatVersion') !== undefined || authorizer?.get('enableSimpleResponses') !== undefined) {
    flavour.isHttpApi = true;
  }
}
