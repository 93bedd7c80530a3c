import type { PutApi } from '../server/put-api.ts';
import { fromAuthChoice } from '../settings/auth.ts';
import { type ApiForm, type MappingForm, METHODS_WITH_BODY, type OperationForm } from './api-form.ts';
import { isJson } from './check-form.ts';

type Fields = Record<string, unknown>;

/** The draft that a form describes, its definition as an OpenAPI document. */
export function toDraft(form: ApiForm): Omit<PutApi, 'definition'> & { definition: Fields } {
  const { name, title, description, owner, group, auth, approval, basePath, backend } = form;
  const needsService = form.operations.some((operation) => operation.backend.answeredBy === 'service');
  return {
    definition: toDocument(form),
    basePath: basePath === '' ? `/${name}` : basePath,
    auth: fromAuthChoice(auth),
    ...(title.trim() === '' ? {} : { title: title.trim() }),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    ...(owner === '' ? {} : { owner }),
    ...(group.trim() === '' ? {} : { group: group.trim() }),
    ...(approval === 'owner' ? {} : { approval }),
    ...(backend === null || !needsService ? {} : { backend }),
  } as Omit<PutApi, 'definition'> & { definition: Fields };
}

function toDocument({ name, title, description, operations }: ApiForm): Fields {
  const paths: Record<string, Fields> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    paths[operation.path] = item;
    item[operation.method.toLowerCase()] = toOperation(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: literal(title.trim() === '' ? name : title.trim()),
      ...(description.trim() === '' ? {} : { description: literal(description.trim()) }),
      version: '1.0.0',
    },
    paths,
  };
}

function toOperation(operation: OperationForm): Fields {
  const { method, summary, parameters, body, response } = operation;
  const integration = toIntegration(operation);
  return {
    ...(summary.trim() === '' ? {} : { summary: literal(summary.trim()) }),
    ...(parameters.length === 0
      ? {}
      : {
          parameters: parameters.map((parameter) => ({
            name: parameter.name,
            in: parameter.in,
            ...(parameter.in === 'path' || parameter.required ? { required: true } : {}),
            ...(parameter.description.trim() === '' ? {} : { description: literal(parameter.description.trim()) }),
            schema: { type: parameter.type },
          })),
        }),
    ...(body === null || !METHODS_WITH_BODY.has(method)
      ? {}
      : { requestBody: { ...(body.required ? { required: true } : {}), content: toContent(body.contentType, body.example) } }),
    responses: {
      [response.status]: { description: 'Success', ...withContent(response.contentType, response.example) },
      ...(response.errorStatus === '' && response.errorExample.trim() === ''
        ? {}
        : {
            [response.errorStatus === '' ? 'default' : response.errorStatus]: {
              description: 'Error',
              ...withContent(response.contentType, response.errorExample),
            },
          }),
    },
    ...(integration === undefined ? {} : { 'x-gatehouse-integration': integration }),
  };
}

/** No more than what is not as usual: without it, an operation goes to the API's backend service as it came. */
function toIntegration({ method, path, backend, response }: OperationForm): Fields | undefined {
  if (backend.answeredBy === 'mock') return { type: 'mock', status: Number(response.status) };
  const mappings = backend.mode === 'map' ? backend.mappings : [];
  const integration = {
    ...(backend.path === '' || backend.path === path ? {} : { path: backend.path }),
    ...(backend.method === '' || backend.method === method ? {} : { method: backend.method }),
    ...(mappings.length === 0 ? {} : { parameters: Object.fromEntries(mappings.map((mapping) => [targetOf(mapping), sourceOf(mapping)])) }),
    ...(backend.timeout === '' ? {} : { timeouts: { response: backend.timeout } }),
  };
  return Object.keys(integration).length === 0 ? undefined : integration;
}

const PLACES = { path: 'path', query: 'querystring', header: 'header' } as const;

function targetOf({ in: place, name }: MappingForm): string {
  return `integration.request.${PLACES[place]}.${name}`;
}

function sourceOf({ from, value }: MappingForm): string {
  switch (from) {
    case 'constant':
      return `'${literal(value)}'`;
    case 'variable':
      return `stageVariables.${value}`;
    case 'context':
      return `context.${value}`;
    default:
      return `method.request.${PLACES[from]}.${value}`;
  }
}

function withContent(contentType: string, example: string): Fields {
  return contentType === '' ? {} : { content: toContent(contentType, example) };
}

function toContent(contentType: string, example: string): Fields {
  return {
    [contentType]: example.trim() === '' ? {} : { example: isJson(contentType) ? literalIn(JSON.parse(example)) : literal(example) },
  };
}

/** In a definition, `${name}` stands for a parameter of the API; what people type stands for itself. */
function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function literalIn(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literalIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, literalIn(member)]));
}
