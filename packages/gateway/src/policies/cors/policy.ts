import { duration } from '@gatehouse/contract';
import { z } from 'zod';
import type { Exchange } from '../../exchange/exchange.ts';
import { isToken } from '../../exchange/fields.ts';
import { Reply } from '../../exchange/reply.ts';
import { definePolicy } from '../../pipeline/policy-kind.ts';
import { compileOrigins, isOpenOrigin, normalizeOrigin } from './origin-matcher.ts';

const origin = z.string().transform((text, context) => {
  const normal = normalizeOrigin(text);
  if (normal !== undefined) return normal;
  context.addIssue({
    code: 'custom',
    message: 'must be *, or an origin without a path, such as https://example.com, https://*.example.com or http://localhost:5173',
  });
  return z.NEVER;
});

const method = z
  .string()
  .regex(/^(?:\*|[A-Za-z]{1,32})$/, 'must be a method name or *')
  .transform((name) => name.toUpperCase());

const fieldName = z.string().refine(isToken, 'must be a header name or *');

const config = z
  .strictObject({
    allowOrigins: z.array(origin).min(1).meta({
      title: 'Allowed origins',
      description: 'Whose pages may call: * for everybody, origins such as https://example.com, or https://*.example.com.',
    }),
    allowMethods: z
      .array(method)
      .prefault(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      .meta({ title: 'Allowed methods', description: 'Methods that pages may use; * for any.' }),
    allowHeaders: z
      .array(fieldName)
      .default(['Accept', 'Authorization', 'Content-Type', 'If-Match', 'If-None-Match', 'X-Api-Key', 'X-Requested-With'])
      .meta({ title: 'Allowed request headers', description: 'Request headers that pages may set; * for any.' }),
    exposeHeaders: z.array(fieldName).default([]).meta({
      title: 'Exposed response headers',
      description: 'Response headers that pages may read, beside those that browsers always show.',
    }),
    maxAge: duration.optional().meta({
      title: 'Preflight cache',
      description: 'How long browsers may remember the answer to a preflight. Absent: their own default.',
    }),
    allowCredentials: z.boolean().default(false).meta({
      title: 'Allow credentials',
      description: 'Browsers send cookies and other credentials of the user. Not with * as an origin.',
    }),
  })
  .superRefine(({ allowCredentials, allowOrigins, exposeHeaders }, context) => {
    if (!allowCredentials) return;
    if (allowOrigins.some(isOpenOrigin)) {
      context.addIssue({
        code: 'custom',
        path: ['allowCredentials'],
        message: 'cannot be true when any origin is allowed: every page on the web could act as the user. Name the origins',
      });
    }
    if (exposeHeaders.includes('*')) {
      context.addIssue({
        code: 'custom',
        path: ['exposeHeaders'],
        message: 'cannot hold * together with allowCredentials: browsers take it literally. Name the headers',
      });
    }
  })
  .meta({ title: 'CORS' });

/** On an exchange whose preflight was answered here: its answer is complete. */
const ANSWERED = Symbol('cors preflight answered');

/**
 * Cross-origin resource sharing (Fetch standard, section 3.3). Preflights are answered here, also where there is no OPTIONS route, and
 * the backend's own CORS fields are replaced, as Amazon API Gateway does for HTTP APIs: two voices would contradict each other.
 */
export const corsPolicy = definePolicy({
  name: 'cors',
  summary: 'Lets web pages of other origins call, and answers their preflight requests.',
  config,
  attachedTwice: 'replace',
  compile({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials }) {
    const anyOrigin = allowOrigins.includes('*');
    const isAllowed = anyOrigin ? () => true : compileOrigins(allowOrigins);
    const echoMethod = allowMethods.includes('*');
    const echoHeaders = allowHeaders.includes('*');

    const always = allowCredentials ? ['Access-Control-Allow-Credentials', 'true'] : [];
    const onResponses = exposeHeaders.length > 0 ? [...always, 'Access-Control-Expose-Headers', exposeHeaders.join(', ')] : always;
    const onPreflights = [...always];
    if (!echoMethod) onPreflights.push('Access-Control-Allow-Methods', allowMethods.join(', '));
    if (!echoHeaders && allowHeaders.length > 0) onPreflights.push('Access-Control-Allow-Headers', allowHeaders.join(', '));
    if (maxAge !== undefined) onPreflights.push('Access-Control-Max-Age', String(Math.floor(maxAge / 1000)));
    const varies = [
      ...(anyOrigin ? [] : ['Origin']),
      ...(echoMethod ? ['Access-Control-Request-Method'] : []),
      ...(echoHeaders ? ['Access-Control-Request-Headers'] : []),
    ];
    const vary = varies.length > 0 ? ['Vary', varies.join(', ')] : [];
    const refused = new Reply(204, vary);

    return {
      onPreflight(exchange) {
        exchange.notes ??= [];
        exchange.notes.push(ANSWERED);
        const { request } = exchange;
        const from = request.get('origin');
        if (from === undefined || !isAllowed(from)) return refused;
        const fields = ['Access-Control-Allow-Origin', anyOrigin ? '*' : from, ...onPreflights, ...vary];
        if (echoMethod) echo(fields, 'Access-Control-Allow-Methods', request.get('access-control-request-method'));
        if (echoHeaders) echo(fields, 'Access-Control-Allow-Headers', request.joined('access-control-request-headers'));
        return new Reply(204, fields);
      },
      onResponse(exchange) {
        if (exchange.notes?.includes(ANSWERED) === true) return;
        const { response } = exchange;
        removeCorsFields(response.list);
        if (!anyOrigin) addVaryOrigin(exchange);
        const from = anyOrigin ? '*' : exchange.request.get('origin');
        if (from === undefined || !isAllowed(from)) return;
        response.list.push('Access-Control-Allow-Origin', from, ...onResponses);
      },
    };
  },
});

/** Longest list of header names that is repeated back. */
const ECHO_CHARACTERS_MAX = 4096;

/** Repeats what a preflight asks for, when it is a plain list of tokens. */
function echo(fields: string[], name: string, asked: string | undefined): void {
  if (asked === undefined || asked === '' || asked.length > ECHO_CHARACTERS_MAX) return;
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z, \t]+$/.test(asked)) fields.push(name, asked);
}

const PREFIX = 'access-control-';

function removeCorsFields(list: string[]): void {
  let to = 0;
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    if ((name.charCodeAt(0) | 32) === 97 && name.length > PREFIX.length && name.slice(0, PREFIX.length).toLowerCase() === PREFIX) continue;
    list[to] = name;
    list[to + 1] = list[i + 1] as string;
    to += 2;
  }
  list.length = to;
}

/** What a Vary becomes with Origin in it, by what it was: backends send few. Bounded against made-up ones. */
const varyWithOrigin = new Map<string, string>();
const VARY_MAX = 256;

/** Without it a cache would hand one origin's answer to another. Joins a Vary that is there already. */
function addVaryOrigin({ response }: Exchange): void {
  const vary = response.joined('vary') ?? '';
  let joined = varyWithOrigin.get(vary);
  if (joined === undefined) {
    const names = vary.split(',').map((name) => name.trim().toLowerCase());
    joined = names.includes('*') || names.includes('origin') ? vary : vary === '' ? 'Origin' : `${vary}, Origin`;
    if (varyWithOrigin.size < VARY_MAX) varyWithOrigin.set(vary, joined);
  }
  if (joined !== vary) response.set('Vary', 'vary', joined);
}
