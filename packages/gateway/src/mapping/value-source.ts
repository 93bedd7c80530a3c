import type { ValueExpression } from '@gatehouse/contract';
import type { Exchange } from '../exchange/exchange.ts';

/** Gives the value for one exchange, or undefined when there is none (then what it feeds is left out). */
export type ValueSource = (exchange: Exchange) => string | undefined;

/** What an expression may refer to, known when it is compiled. */
export interface ValueScope {
  /** Names of the route's path parameters, in order: a reference to another is refused. Absent: looked up per request. */
  parameterNames?: readonly string[];
  /** Stage variables, when they are known: references to them become constants. Absent: looked up per request. */
  variables?: Readonly<Record<string, string>>;
}

export class ValueExpressionError extends Error {
  override name = 'ValueExpressionError';
}

/** Placeholder until the implementation follows. */
export function compileValue(_expression: ValueExpression, _scope: ValueScope): ValueSource {
  throw new ValueExpressionError('not implemented');
}
