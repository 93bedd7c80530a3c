import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Claims of the one who is signed in there. */
export interface OidcAccount {
  sub: string;
  name?: string;
  preferred_username?: string;
  email?: string;
  email_verified?: boolean;
}

export const OIDC_CLIENT = { clientId: 'gatehouse-portal', clientSecret: 'another-secret-of-the-client' };

/** A certified OpenID Connect provider, at which somebody is signed in and agrees to everything. */
export class OidcServer {
  account: OidcAccount = { sub: 'u1', preferred_username: 'jane' };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `redirectUri`: the only one that its client has. */
  static async start(redirectUri: string): Promise<OidcServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const started = new OidcServer(server);
    const provider = new Provider(started.url, {
      clients: [
        {
          client_id: OIDC_CLIENT.clientId,
          client_secret: OIDC_CLIENT.clientSecret,
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      cookies: { keys: ['only-for-tests'] },
      features: { devInteractions: { enabled: false } },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
      ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      pkce: { required: () => true },
      findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ ...started.account }) }),
      interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    });
    server.on('request', (request, response) => {
      if (!(request.url ?? '').startsWith('/interaction/')) return provider.callback()(request, response);
      provider.interactionDetails(request, response).then(
        async ({ prompt, params, session, grantId }) => {
          if (prompt.name === 'login') {
            return provider.interactionFinished(request, response, { login: { accountId: started.account.sub } });
          }
          const grant =
            (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
            new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) });
          grant.addOIDCScope(String(params.scope));
          return provider.interactionFinished(
            request,
            response,
            { consent: { grantId: await grant.save() } },
            { mergeWithLastSubmission: true },
          );
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
      return undefined;
    });
    return started;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
