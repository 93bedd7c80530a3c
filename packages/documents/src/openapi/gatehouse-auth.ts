import { authSetting, type RouteAuthentication, toAuthentication } from '@gatehouse/contract';
import type { z } from 'zod';
import { type Cursor, isObject } from './definition-document.ts';
import type { ImportContext } from './import-context.ts';
import { substitute } from './placeholders.ts';

/** Output of the contract's `authSetting`: what stands under `auth` of an API. */
export type AuthSetting = z.output<typeof authSetting>;

const KEY = 'x-gatehouse-auth';

/** `x-gatehouse-auth` of the document, a path item or an operation; undefined where there is none, or none that can be used (reported). */
export function readAuth(owner: Cursor, context: Pick<ImportContext, 'report' | 'parameters'>): AuthSetting | undefined {
  const at = owner.get(KEY);
  if (at === undefined) return undefined;
  const value = typeof at.value === 'string' ? substitute(at.value, context.parameters).text : at.value;
  const result = authSetting.safeParse(value);
  if (result.success) return result.data;
  const issue = nearestIssue(result.error.issues, value);
  const spot = (issue?.path ?? []).reduce((cursor: Cursor, part) => (typeof part === 'symbol' ? cursor : (cursor.get(part) ?? cursor)), at);
  context.report.error('auth.invalid', `${KEY} ${issue?.message ?? 'is not valid'}`, spot);
  return undefined;
}

/** Of several forms, what is wrong with the one that was meant: a map can only be the one with settings. */
function nearestIssue(issues: readonly z.core.$ZodIssue[], value: unknown): z.core.$ZodIssue | undefined {
  const [issue] = issues;
  if (issue?.code !== 'invalid_union' || !isObject(value)) return issue;
  return issue.errors.at(-1)?.[0] ?? issue;
}

/** How callers of an operation are authenticated, as far as its own text and what is around it say. */
export interface EffectiveAuth {
  /** Undefined: nobody has said anything. Null: anybody may call. */
  authentication: RouteAuthentication | null | undefined;
  /** The operation or its path says it itself, and so it is said with the route. */
  isOwn: boolean;
}

/**
 * The operation's own word counts before its path's, that before the API's (`auth` in the configuration, which stands for the person who
 * publishes), and that before the document's. `auth: none` in the configuration counts before everything.
 */
export function effectiveAuth(operation: Cursor, ofPath: AuthSetting | undefined, context: ImportContext): EffectiveAuth {
  const ofOperation = readAuth(operation, context);
  const own = ofOperation ?? ofPath;
  if (context.auth === 'none') {
    if (own !== undefined && own !== 'none') {
      const message = `auth: none on the API publishes this operation without credentials, whatever ${KEY} says`;
      context.report.warning('auth.overridden', message, operation.get(KEY) ?? operation, { key: true });
    }
    return { authentication: null, isOwn: false };
  }
  if (own !== undefined) return { authentication: toAuthentication(own), isOwn: true };
  const around = context.auth ?? context.documentAuth;
  return { authentication: around === undefined ? undefined : toAuthentication(around), isOwn: false };
}

/**
 * What a route carries. Also what it shares with its API when that asks for credentials: a route that lost sight of its API must not be
 * open.
 */
export function routeAuthentication({ authentication, isOwn }: EffectiveAuth): { authentication?: RouteAuthentication | null } {
  if (authentication === undefined) return {};
  return authentication !== null || isOwn ? { authentication } : {};
}
