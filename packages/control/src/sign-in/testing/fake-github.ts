import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Somebody with an account. */
export interface Account {
  id: number;
  login: string;
  name?: string | null;
  emails?: { email: string; primary: boolean; verified: boolean }[];
  organizations?: string[];
  /** `acme/platform` */
  teams?: string[];
}

interface Grant {
  account: Account;
  challenge: string;
  redirectUri: string;
  scopes: string[];
}

export const CLIENT = { clientId: 'gatehouse-client', clientSecret: 'the-secret-of-the-client' };

/** What of GitHub Enterprise Server signing in needs, by its documentation, with real requests. */
export class FakeGithub {
  /** Who is signed in there; null: whoever is asked declines. */
  account: Account | null = { id: 1, login: 'octocat' };
  /** Paths of its API that were asked for, with their queries. */
  readonly asked: string[] = [];
  /** Answers everything of its API with this status. */
  failure: number | undefined;
  /** What it says of the kind of its tokens. */
  tokenType: unknown = 'bearer';
  readonly #server: Server;
  readonly #codes = new Map<string, Grant>();
  readonly #tokens = new Map<string, Grant>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<FakeGithub> {
    const github = new FakeGithub();
    await new Promise<void>((resolve) => github.#server.listen(0, 'localhost', resolve));
    return github;
  }

  /** Under another name than the one that is tested, so that the cookies of the two stay apart. */
  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (url.pathname === '/login/oauth/authorize') return this.#authorize(url.searchParams, response);
    if (url.pathname === '/login/oauth/access_token') {
      const given = new URLSearchParams(await text(request));
      return answer(response, 200, this.#exchange(given));
    }
    const grant = this.#tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (grant === undefined) return answer(response, 401, { message: 'Bad credentials' });
    this.asked.push(url.pathname + url.search);
    if (this.failure !== undefined) return answer(response, this.failure, { message: 'no' });
    const { status, body } = read(url, grant);
    answer(response, status, body);
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const redirect = new URL(query.get('redirect_uri') ?? '');
    redirect.searchParams.set('state', query.get('state') ?? '');
    if (this.account === null) {
      redirect.searchParams.set('error', 'access_denied');
      redirect.searchParams.set('error_description', '<b>The user has denied your application access.</b>');
    } else {
      const code = randomUUID();
      this.#codes.set(code, {
        account: this.account,
        challenge: query.get('code_challenge') ?? '',
        redirectUri: query.get('redirect_uri') ?? '',
        scopes: (query.get('scope') ?? '').split(' '),
      });
      redirect.searchParams.set('code', code);
    }
    response.writeHead(302, { Location: redirect.href }).end();
  }

  /** Refusals come with status 200. */
  #exchange(given: URLSearchParams): object {
    if (given.get('client_id') !== CLIENT.clientId || given.get('client_secret') !== CLIENT.clientSecret) {
      return { error: 'incorrect_client_credentials', error_description: 'The client_id and/or client_secret passed are incorrect.' };
    }
    const code = given.get('code') ?? '';
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant === undefined || grant.challenge !== challenge || grant.redirectUri !== given.get('redirect_uri')) {
      return { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' };
    }
    const token = `gho_${randomUUID()}`;
    this.#tokens.set(token, grant);
    return { access_token: token, scope: grant.scopes.join(','), token_type: this.tokenType };
  }
}

function read(url: URL, { account, scopes }: Grant): { status: number; body: unknown } {
  const allowed = (scope: string, body: unknown) => (scopes.includes(scope) ? { status: 200, body } : { status: 404, body: {} });
  switch (url.pathname) {
    case '/api/v3/user':
      return {
        status: 200,
        body: { id: account.id, login: account.login, name: account.name ?? null, avatar_url: 'https://example.com/a.png' },
      };
    case '/api/v3/user/emails':
      return allowed('user:email', account.emails ?? []);
    case '/api/v3/user/orgs':
      return allowed(
        'read:org',
        page(url, account.organizations ?? []).map((login) => ({ login })),
      );
    case '/api/v3/user/teams':
      return allowed(
        'read:org',
        page(url, account.teams ?? []).map((name) => ({ slug: name.split('/')[1], organization: { login: name.split('/')[0] } })),
      );
    default:
      return { status: 404, body: {} };
  }
}

function page<Item>(url: URL, items: readonly Item[]): Item[] {
  const size = Number(url.searchParams.get('per_page'));
  const from = (Number(url.searchParams.get('page')) - 1) * size;
  return items.slice(from, from + size);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
