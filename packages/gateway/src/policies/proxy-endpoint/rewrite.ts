import type { Exchange } from '../../exchange/exchange.ts';
import { ErrorReply } from '../../exchange/reply.ts';
import { PolicyConfigError } from '../../pipeline/policy-kind.ts';
import { canonicalTarget } from '../../routing/canonical-path.ts';

/** The expressions are the operator's and not checked for how they backtrack: what they are tried on is kept short. */
const TARGET_MAX = 4096;

const TOO_LONG = new ErrorReply('request.uri-too-long');

/**
 * Compiles `pathRewrite`: the first expression that matches the canonical path, with its prefix and the query, is replaced, and the result
 * goes to the target; without a match, the whole path does. The result is made canonical again: captured pieces of a path must not climb
 * out of the target's own path.
 */
export function compileRewrite(rules: readonly { pattern: string; replacement: string }[]): (exchange: Exchange) => ErrorReply | undefined {
  const compiled = rules.map(({ pattern, replacement }) => {
    try {
      return { expression: new RegExp(pattern), replacement };
    } catch {
      throw new PolicyConfigError(`"${pattern}" is not a regular expression`);
    }
  });
  return (exchange) => {
    const { path, query } = exchange;
    const target = query === '' ? path : `${path}?${query}`;
    if (target.length > TARGET_MAX) return TOO_LONG;
    const rule = compiled.find(({ expression }) => expression.test(target));
    const rewritten = rule === undefined ? target : target.replace(rule.expression, rule.replacement);
    const into = { path: '', query: '' };
    const fault = canonicalTarget(rewritten.startsWith('/') ? rewritten : `/${rewritten}`, into);
    if (fault !== undefined) return new ErrorReply('request.invalid-path', { detail: fault.detail });
    exchange.routePath = into.path;
    exchange.query = into.query;
    return undefined;
  };
}
