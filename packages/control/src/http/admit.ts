import type { Access } from '@gatehouse/contract/management';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { Refusal } from '../operation/refusal.ts';
import type { Authenticator } from './authenticator.ts';
import { refuseForged } from './forged-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route at all. */
    access?: Access;
    /** The route exists for other methods only: these. */
    allow?: string;
  }
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Who calls; only on routes that are not public. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('The route is public, or was not admitted');
  return caller;
}

/**
 * The door: before a body is read and before anything is told of what there is, the caller must be known (401); then the role must
 * allow the operation as such (403), and a browser must not have been made to send it (403). What belongs to whom is up to the
 * operations.
 */
export function admit(authenticator: Authenticator, publicUrl: () => URL): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const { access, allow } = request.routeOptions.config;
    if (access === 'public') return;
    const caller = await authenticator.authenticate(request.headers, request.ip);
    if (caller === undefined) {
      // RFC 6750 section 3: no error code when there were no credentials at all.
      const given = request.headers.authorization !== undefined;
      reply.header('WWW-Authenticate', given ? 'Bearer realm="gatehouse", error="invalid_token"' : 'Bearer realm="gatehouse"');
      throw new Refusal('authentication.required', 'Sign in, or send a valid access token: Authorization: Bearer <token>');
    }
    if (caller.sessionId !== null) refuseForged({ method: request.method, fields: request.headers }, publicUrl());
    callers.set(request, caller);
    if (allow !== undefined) {
      reply.header('Allow', allow);
      throw new Refusal('method.not-allowed', `Allowed here: ${allow}`);
    }
    if (request.is404) return;
    // A route without a rule is a mistake of ours: nobody may call it.
    if (access === undefined) throw new Error(`The route ${request.routeOptions.url ?? ''} says not who may call it`);
    if (!caller.hasAccess(access)) throw new Refusal('access.denied', `The role ${caller.role} may not do this: it needs ${access}`);
  };
}
