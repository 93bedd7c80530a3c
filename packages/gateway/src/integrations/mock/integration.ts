import type { MockIntegrationUse } from '@gatehouse/contract';
import type { Exchange } from '../../exchange/exchange.ts';
import { Reply } from '../../exchange/reply.ts';
import { compileFieldValue, compileValue, type ValueScope, type ValueSource } from '../../mapping/value-source.ts';
import type { CompiledIntegration, IntegrationKind } from '../integration-kind.ts';
import { preferredMediaType } from './media-type.ts';

/** Answers without a backend: a fixed answer, an OpenAPI example, or AWS's mock with simple references in its template. */
export const mockIntegration: IntegrationKind<MockIntegrationUse> = {
  kind: 'mock',
  compile(use, context) {
    const scope: ValueScope = { parameterNames: context.parameterNames, variables: context.variables };
    const headers = Object.entries(use.headers).map(([name, from]) => ({ name, source: compileFieldValue(from, scope) }));
    const bodies = use.bodies.map((body) => ({
      contentType: body.contentType,
      render: use.template === true ? compileTemplate(body.text, scope) : () => body.text,
    }));
    const types = bodies.map((body) => body.contentType);
    return new MockAnswer(use.status, headers, bodies, types);
  },
};

class MockAnswer implements CompiledIntegration {
  readonly kind = 'mock';
  readonly #status: number;
  readonly #headers: readonly { name: string; source: ValueSource }[];
  readonly #bodies: readonly { contentType: string; render: (exchange: Exchange) => string }[];
  readonly #types: readonly string[];

  constructor(
    status: number,
    headers: readonly { name: string; source: ValueSource }[],
    bodies: readonly { contentType: string; render: (exchange: Exchange) => string }[],
    types: readonly string[],
  ) {
    this.#status = status;
    this.#headers = headers;
    this.#bodies = bodies;
    this.#types = types;
  }

  invoke(exchange: Exchange): Reply {
    const fields: string[] = [];
    let typed = false;
    for (const { name, source } of this.#headers) {
      const value = source(exchange);
      if (value === undefined) continue;
      if (name.toLowerCase() === 'content-type') typed = true;
      fields.push(name, value);
    }
    const body =
      this.#bodies.length === 0
        ? undefined
        : this.#bodies[this.#bodies.length === 1 ? 0 : preferredMediaType(exchange.request.joined('accept'), this.#types)];
    if (body === undefined) return new Reply(this.#status, fields);
    if (!typed) fields.push('Content-Type', body.contentType);
    return new Reply(this.#status, fields, body.render(exchange));
  }
}

/** `$context.x`, `$stageVariables.x` and `$input.params('x')`, the last also with double or escaped quotes. */
const REFERENCE =
  /\$(?:context\.([A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,4})|stageVariables\.([A-Za-z0-9_]{1,64})|input\.params\(\\?['"]([^'"\\]{1,128})\\?['"]\))/g;

function compileTemplate(text: string, scope: ValueScope): (exchange: Exchange) => string {
  const parts: (string | ValueSource)[] = [];
  let position = 0;
  for (const match of text.matchAll(REFERENCE)) {
    parts.push(text.slice(position, match.index));
    const [, context, stageVariable, parameter] = match;
    if (context !== undefined) parts.push(compileValue(`context.${context}`, scope));
    else if (stageVariable !== undefined) parts.push(compileValue(`stageVariables.${stageVariable}`, scope));
    else parts.push(compileParameter(parameter as string, scope));
    position = match.index + match[0].length;
  }
  parts.push(text.slice(position));
  return (exchange) => {
    let rendered = '';
    for (const part of parts) rendered += typeof part === 'string' ? part : (part(exchange) ?? '');
    return rendered;
  };
}

/** `$input.params(x)` looks in path, query and header, in that order. */
function compileParameter(name: string, scope: ValueScope): ValueSource {
  const inPath = scope.parameterNames?.includes(name) === true ? compileValue(`method.request.path.${name}`, scope) : undefined;
  const inQuery = compileValue(`method.request.querystring.${name}`, scope);
  const inHeader = compileValue(`method.request.header.${name}`, scope);
  return (exchange) => inPath?.(exchange) ?? inQuery(exchange) ?? inHeader(exchange);
}
