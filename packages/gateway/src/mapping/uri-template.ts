import type { ValueExpression } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { compileValue, type ValueScope } from './value-source.ts';

export class UriTemplateError extends Error {
  override name = 'UriTemplateError';
}

/** Replaces `${stageVariables.name}`; a missing variable is the empty string (Amazon API Gateway's behaviour). */
export function fillStageVariables(template: string, variables: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{stageVariables\.([A-Za-z0-9_]{1,64})\}/g, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] as string) : '',
  );
}

/** Builds the path (with a query, where the template has one) for one exchange. */
export type PathBuilder = (exchange: Exchange) => string;

/**
 * Compiles a path template with `{name}` and `{name+}` parameters. A parameter's value comes from `mapped`, else from the
 * route's parameter of the same name. A path parameter goes on raw, as it stands in the canonical path; any other value is
 * percent-encoded, so it cannot leave its segment. Only a greedy route parameter brings slashes along.
 */
export function compilePath(
  template: string,
  mapped: ReadonlyMap<string, ValueExpression>,
  scope: ValueScope & { parameterNames: readonly string[] },
): PathBuilder {
  const parts: (string | PathBuilder)[] = [];
  let position = 0;
  for (const match of template.matchAll(/\{([^{}]{1,256}?)(\+?)\}/g)) {
    if (match.index > position) parts.push(template.slice(position, match.index));
    parts.push(parameter(match[1] as string, mapped, scope));
    position = match.index + match[0].length;
  }
  if (position < template.length) parts.push(template.slice(position));
  if (parts.length === 0) return () => '/';
  if (parts.length === 1 && typeof parts[0] === 'string') {
    const constant = parts[0];
    return () => constant;
  }
  return (exchange) => {
    let path = '';
    for (const part of parts) path += typeof part === 'string' ? part : part(exchange);
    return path;
  };
}

function parameter(
  name: string,
  mapped: ReadonlyMap<string, ValueExpression>,
  scope: ValueScope & { parameterNames: readonly string[] },
): PathBuilder {
  const expression = mapped.get(name) ?? `method.request.path.${name}`;
  const pathParameter = /^method\.request\.path\.(.{1,256})$/.exec(expression)?.[1];
  if (pathParameter === undefined) {
    const source = compileValue(expression, scope);
    return (exchange) => encodeSegment(source(exchange) ?? '');
  }
  const index = scope.parameterNames.indexOf(pathParameter);
  if (index === -1) throw new UriTemplateError(`{${name}} is neither mapped nor a path parameter of the route`);
  return (exchange) => exchange.params[index] ?? '';
}

function encodeSegment(value: string): string {
  const encoded = encodeURIComponent(value.toWellFormed());
  // A whole segment of dots would be resolved away by the backend: `..` must not climb out of the template's path.
  return encoded === '.' ? '%2E' : encoded === '..' ? '%2E%2E' : encoded;
}
