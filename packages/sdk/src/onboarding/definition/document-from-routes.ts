import type { Metadata } from '../metadata/metadata.ts';
import type { CollectedRoutes } from './collect-routes.ts';

/** An OpenAPI document that says what can be called, and nothing of what it takes and answers: the routes do not tell. */
export function documentFromRoutes({ paths }: CollectedRoutes, { name, title, description, version }: Metadata): Record<string, unknown> {
  return {
    openapi: '3.0.3',
    info: {
      title: title ?? name,
      description: description ?? 'Derived from the routes that the service registers.',
      version: version ?? '0.0.0',
    },
    // Order of registration may change from start to start; the document must not.
    paths: Object.fromEntries(
      paths
        .toSorted((one, other) => (one.template < other.template ? -1 : 1))
        .map(({ template, methods }) => [template, toPathItem(template, [...methods].toSorted())]),
    ),
  };
}

function toPathItem(template: string, methods: readonly string[]): Record<string, unknown> {
  const parameters = [...template.matchAll(/\{([^{}+]{1,80})(\+?)\}/g)].map(([, name, greedy]) => ({
    name,
    in: 'path',
    required: true,
    ...(greedy === '+' ? { description: 'The rest of the path, slashes included.' } : {}),
    schema: { type: 'string' },
  }));
  const operation = { responses: { default: { description: 'Not described by the service.' } } };
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...Object.fromEntries(methods.map((method) => [method, operation])),
  };
}
