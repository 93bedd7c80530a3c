import { expect, it } from 'vitest';
import { ApiDocument } from '../document/api-document.ts';
import { toParts } from '../document/document-parts.ts';
import { toSecurity } from './security.ts';

const HOSTILE = 'X-Key: $(touch /tmp/owned)"; touch /tmp/owned; "';
const document = new ApiDocument(
  toParts({
    openapi: '3.1.0',
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Token' },
        hostile: { type: 'apiKey', in: 'header', name: HOSTILE },
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        login: { type: 'oauth2', flows: {} },
      },
    },
  }),
);
const words = (own: unknown) => toSecurity(document, own).map((choice) => choice.map((need) => need.words));

it('what a caller has to show is said in words, for an operation or for all', () => {
  expect(words(undefined)).toEqual([['A key in the header `X-Token`']]);
  expect(words([])).toEqual([]);
  expect(words([{ jwt: [], key: [] }, {}])).toEqual([
    ['A bearer token (JWT) in `Authorization: Bearer`', 'A key in the header `X-Token`'],
    [],
  ]);
  expect(words([{ unknown: [] }])).toEqual([['Credentials that the document does not describe']]);
  expect(toSecurity(document, [{ login: ['read', 'write'] }])[0]?.[0]?.scopes).toEqual(['read', 'write']);
});

it('code samples name a header only when no shell could read more into it', () => {
  const credential = (scheme: string) => toSecurity(document, [{ [scheme]: [] }])[0]?.[0]?.credential;
  expect(credential('key')).toEqual({ header: 'X-Token', prefix: '', variable: 'API_KEY' });
  expect(credential('hostile')).toBeUndefined();
  expect(credential('unknown')).toBeUndefined();
});
