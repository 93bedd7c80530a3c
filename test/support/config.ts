import type { ConfigObject } from './gateway.ts';

/** The extension by which an OpenAPI document says "every method that is not named here". */
export const ANY_METHOD = 'x-amazon-apigateway-any-method';

type Operation = Record<string, unknown>;

/** A small OpenAPI document with these paths; path parameters are declared from the templates. */
export function openApi(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): Record<string, unknown> {
  const entries = Object.entries(paths).map(([path, operations]) => {
    const parameters = [...path.matchAll(/\{([^{}+]{1,64})\+?\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const withResponses = Object.entries(operations).map(([method, operation]) => [
      method,
      { responses: { 200: { description: 'OK' } }, ...operation },
    ]);
    return [path, { ...(parameters.length > 0 && { parameters }), ...Object.fromEntries(withResponses) }];
  });
  return { openapi: '3.0.3', info: { title: 'Test', version: '1.0' }, paths: Object.fromEntries(entries) };
}

/** Every path and every method, each going to the API's backend as it is. */
export function openApiProxy(operation: Operation = {}): Record<string, unknown> {
  return openApi({ '/': { [ANY_METHOD]: operation }, '/{proxy+}': { [ANY_METHOD]: operation } });
}

/**
 * Everything goes to one backend. Retries and ejection are off, so that what an origin sees is what one request causes;
 * `gateway` and `backend` are laid over it.
 */
export function proxyConfig(
  backendUrl: string,
  {
    gateway = {},
    backend = {},
    api = {},
  }: { gateway?: Record<string, unknown>; backend?: Record<string, unknown>; api?: Record<string, unknown> } = {},
): ConfigObject {
  return {
    gateway,
    backends: [
      {
        name: 'origin',
        type: 'http',
        environments: { production: { url: backendUrl, retry: { attempts: 0 }, ejection: { failures: 0 }, ...backend } },
      },
    ],
    apis: [
      {
        name: 'proxy',
        basePath: '/',
        errorProfile: 'problem',
        backend: 'origin',
        definition: openApiProxy(),
        publish: ['production'],
        ...api,
      },
    ],
  };
}
