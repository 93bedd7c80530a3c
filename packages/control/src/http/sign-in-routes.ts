import { newSession, SIGN_IN_PREFIX, type startedSession } from '@gatehouse/contract/management';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Refusal } from '../operation/refusal.ts';
import { toTimestamp } from '../operation/timestamp.ts';
import type { Redirection, SignIn, SignInRequest, Started } from '../sign-in/sign-in.ts';
import { refuseForged } from './forged-request.ts';
import { readBodyOf } from './read-input.ts';

const BODY_BYTES_MAX = 4 * 1024;

export interface SignInRoutesOptions {
  signIn: SignIn;
  publicUrl: () => URL;
}

/** Signing in and out, below `/api/auth`: the paths of Backstage, so that OAuth apps that were made for it fit. */
export function addSignInRoutes(app: FastifyInstance, { signIn, publicUrl }: SignInRoutesOptions): void {
  const same = async (request: FastifyRequest) => {
    // Who is made to sign in as somebody else writes down secrets for them: these need proof of where they come from too.
    refuseForged({ method: request.method, fields: request.headers }, publicUrl());
  };
  app.register(
    async (auth) => {
      auth.get('/providers', async (_request, reply) => sendJson(reply, signIn.offers()));
      auth.post('/session', { bodyLimit: BODY_BYTES_MAX, onRequest: same }, async (request, reply) => {
        const body = readBodyOf(newSession, request.body);
        const context = toRequest(request);
        // For the refusal: RFC 9110 section 15.5.2 wants it beside a 401.
        reply.header('WWW-Authenticate', 'Bearer realm="gatehouse"');
        const started = 'token' in body ? await signIn.withToken(body.token, context) : await signIn.asGuest(context);
        reply.removeHeader('WWW-Authenticate').code(201).header('Set-Cookie', started.cookies);
        return sendJson(reply, toShown(started));
      });
      auth.delete('/session', { bodyLimit: BODY_BYTES_MAX, onRequest: same }, async (request, reply) => {
        reply
          .header('Set-Cookie', await signIn.signOut(toRequest(request)))
          .code(204)
          .send();
      });
      const provider = { exposeHeadRoute: false };
      auth.get<{ Params: { provider: string } }>('/:provider/start', provider, async (request, reply) =>
        redirect(reply, await signIn.start(request.params.provider, queryOf(request), toRequest(request))),
      );
      auth.get<{ Params: { provider: string } }>('/:provider/handler/frame', provider, async (request, reply) =>
        redirect(reply, await signIn.finish(request.params.provider, queryOf(request), toRequest(request))),
      );
    },
    { prefix: SIGN_IN_PREFIX },
  );
}

function toRequest(request: FastifyRequest): SignInRequest {
  return { fields: request.headers, address: request.ip, requestId: request.id };
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : url.slice(at + 1));
}

function redirect(reply: FastifyReply, to: Redirection | undefined): void {
  if (to === undefined) throw new Refusal('resource.not-found', 'There is no such way to sign in: see /api/auth/providers');
  if (to.cookies.length > 0) reply.header('Set-Cookie', to.cookies);
  reply.code(302).header('Location', to.location).send();
}

function toShown({ id, expiresAtMs }: Started): z.output<typeof startedSession> {
  return { id, expiresAt: toTimestamp(expiresAtMs) };
}

/** As bytes: to text, a charset would be added that media types of JSON have not (RFC 8259 section 11). */
function sendJson(reply: FastifyReply, body: object): Buffer {
  reply.header('content-type', 'application/json');
  return Buffer.from(JSON.stringify(body));
}
