import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, type Fields } from '../document/value.ts';
import type { SampleCall } from '../samples/sample-call.ts';

/** One thing that a caller has to show. */
export interface SecurityNeed {
  scheme: string;
  /** In words: "a bearer token (JWT) in `Authorization`". */
  words: string;
  description: string | undefined;
  scopes: readonly string[];
  /** How code samples send it; undefined: not in a header, or not to be said. */
  credential: SampleCall['credential'];
}

/** What a caller shows together; of several choices, one is enough. An empty one: nothing is needed. */
export type SecurityChoice = readonly SecurityNeed[];

/** What an operation needs; `own` is its `security`, the document's when it has none. */
export function toSecurity(document: ApiDocument, own: unknown): SecurityChoice[] {
  const choices = asList(own === undefined ? document.at(['security']) : own);
  return choices.map((choice) =>
    Object.entries(asFields(choice) ?? {}).map(([scheme, scopes]) => {
      const fields = schemeOf(document, scheme);
      return {
        scheme,
        words: toWords(fields),
        description: asText(fields.description),
        scopes: asList(scopes).flatMap((scope) => asWord(scope) ?? []),
        credential: toCredential(fields),
      };
    }),
  );
}

function schemeOf(document: ApiDocument, name: string): Fields {
  const at = document.at(['swagger']) === undefined ? ['components', 'securitySchemes', name] : ['securityDefinitions', name];
  return document.fields(document.at(at));
}

const PLACES: Record<string, string | undefined> = { header: 'the header', query: 'the query parameter', cookie: 'the cookie' };

function toWords(fields: Fields): string {
  switch (asText(fields.type)) {
    case 'apiKey':
      return `A key in ${PLACES[asText(fields.in) ?? ''] ?? 'the header'} \`${asText(fields.name) ?? '?'}\``;
    case 'basic':
      return 'User name and password (HTTP Basic)';
    case 'http':
      return toHttpWords(asText(fields.scheme) ?? '', asText(fields.bearerFormat));
    case 'oauth2':
      return 'An access token of OAuth 2 in `Authorization: Bearer`';
    case 'openIdConnect':
      return 'A token of OpenID Connect in `Authorization: Bearer`';
    case 'mutualTLS':
      return 'A client certificate (mutual TLS)';
    default:
      return 'Credentials that the document does not describe';
  }
}

function toHttpWords(scheme: string, format: string | undefined): string {
  if (/^basic$/i.test(scheme)) return 'User name and password (HTTP Basic)';
  if (/^bearer$/i.test(scheme)) return `A bearer token${format === undefined ? '' : ` (${format})`} in \`Authorization: Bearer\``;
  return `Credentials in \`Authorization: ${scheme === '' ? '?' : scheme}\``;
}

/** Names of headers stand in samples where a shell reads them: those with other characters are left to whoever writes the call. */
const PLAIN_NAME = /^[A-Za-z0-9-]{1,64}$/;

function toCredential(fields: Fields): SampleCall['credential'] {
  const name = asText(fields.name) ?? '';
  switch (asText(fields.type)) {
    case 'apiKey':
      return fields.in === 'header' && PLAIN_NAME.test(name) ? { header: name, prefix: '', variable: 'API_KEY' } : undefined;
    case 'basic':
      return { header: 'Authorization', prefix: 'Basic ', variable: 'CREDENTIALS' };
    case 'http':
      if (/^basic$/i.test(asText(fields.scheme) ?? '')) return { header: 'Authorization', prefix: 'Basic ', variable: 'CREDENTIALS' };
      return /^bearer$/i.test(asText(fields.scheme) ?? '') ? BEARER : undefined;
    case 'oauth2':
    case 'openIdConnect':
      return BEARER;
    default:
      return undefined;
  }
}

const BEARER = { header: 'Authorization', prefix: 'Bearer ', variable: 'TOKEN' };
