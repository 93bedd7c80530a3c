import type { ValueExpression } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';
import { isFieldValue } from '../exchange/fields.ts';
import { compileContextVariable } from './context-variables.ts';
import { queryValues } from './query.ts';

/** Gives the value for one exchange, or undefined when there is none (then what it feeds is left out). */
export type ValueSource = (exchange: Exchange) => string | undefined;

/** What an expression may refer to, known when it is compiled. */
export interface ValueScope {
  /** Names of the route's path parameters, in order: a reference to another is refused. Absent: looked up per request. */
  parameterNames?: readonly string[];
  /** Stage variables, when they are known: references to them become constants. Absent: looked up per request. */
  variables?: Readonly<Record<string, string>>;
}

/** The message goes to the user. */
export class ValueExpressionError extends Error {
  override name = 'ValueExpressionError';
}

const EXPRESSIONS =
  "'literal', context.NAME, stageVariables.NAME, or method.request.path|querystring|multivaluequerystring|header|multivalueheader.NAME";

/**
 * Compiles a value expression in Amazon API Gateway's words (see `ValueExpression`). Path values and query values are
 * percent-decoded once. Throws `ValueExpressionError`.
 */
export function compileValue(expression: ValueExpression, scope: ValueScope): ValueSource {
  if (expression.length >= 2 && expression.startsWith("'") && expression.endsWith("'")) {
    const literal = expression.slice(1, -1);
    return () => literal;
  }
  const [root, ...rest] = splitOnce(expression);
  const name = rest[0] ?? '';
  if (name === '') throw new ValueExpressionError(`"${expression}" is not a value: use ${EXPRESSIONS}`);
  if (root === 'context') return compileContext(name);
  if (root === 'stageVariables') return compileStageVariable(name, scope);
  const match = /^request\.(path|querystring|multivaluequerystring|header|multivalueheader)\.(.{1,256})$/.exec(name);
  if (root === 'method' && match !== null) return compileRequestValue(match[1] as string, match[2] as string, scope, expression);
  throw new ValueExpressionError(`"${expression}" is not a value: use ${EXPRESSIONS}`);
}

/** `compileValue` for a header field: a value that may not stand in a field is treated as absent, so nothing can be injected. */
export function compileFieldValue(expression: ValueExpression, scope: ValueScope): ValueSource {
  const source = compileValue(expression, scope);
  return (exchange) => {
    const value = source(exchange);
    return value === undefined || !isFieldValue(value) ? undefined : value;
  };
}

function splitOnce(expression: string): [string] | [string, string] {
  const dot = expression.indexOf('.');
  return dot === -1 ? [expression] : [expression.slice(0, dot), expression.slice(dot + 1)];
}

function compileContext(name: string): ValueSource {
  try {
    return compileContextVariable(name);
  } catch (error) {
    throw new ValueExpressionError(error instanceof Error ? error.message : String(error));
  }
}

function compileStageVariable(name: string, scope: ValueScope): ValueSource {
  if (scope.variables !== undefined) {
    const value = Object.hasOwn(scope.variables, name) ? scope.variables[name] : undefined;
    return () => value;
  }
  return (exchange) => {
    const variables = exchange.publication?.variables;
    return variables !== undefined && Object.hasOwn(variables, name) ? variables[name] : undefined;
  };
}

function compileRequestValue(where: string, name: string, scope: ValueScope, expression: string): ValueSource {
  switch (where) {
    case 'path': {
      if (scope.parameterNames !== undefined) {
        const index = scope.parameterNames.indexOf(name);
        if (index === -1)
          throw new ValueExpressionError(
            `Invalid mapping expression specified: "${expression}" names a path parameter that the route does not have`,
          );
        return (exchange) => decodeOnce(exchange.params[index]);
      }
      return (exchange) => decodeOnce(exchange.params[exchange.route?.parameterNames.indexOf(name) ?? -1]);
    }
    case 'querystring':
      // Of several, the last: what Amazon API Gateway puts into queryStringParameters.
      return (exchange) => queryValues(exchange.query, name).at(-1);
    case 'multivaluequerystring':
      return (exchange) => {
        const values = queryValues(exchange.query, name);
        return values.length === 0 ? undefined : values.join(',');
      };
    default: {
      const lowerName = name.toLowerCase();
      return where === 'header' ? (exchange) => exchange.request.get(lowerName) : (exchange) => exchange.request.joined(lowerName);
    }
  }
}

/** Percent-decodes once; the canonical path holds no invalid sequences, but they need not be UTF-8. */
function decodeOnce(raw: string | undefined): string | undefined {
  if (raw === undefined || !raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
