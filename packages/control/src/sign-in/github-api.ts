import type { AuthSettings } from '@gatehouse/contract';
import { z } from 'zod';
import { boundedFetch } from './bounded-fetch.ts';
import type { ExternalUser } from './external-user.ts';
import { SignInError } from './sign-in-error.ts';

const TOTAL_MS = 15_000;
const PAGE_SIZE = 100;
/** Nobody is in more than a thousand organizations or teams whom it would be worth waiting for. */
const PAGES_MAX = 10;

const user = z.object({
  id: z.number().int(),
  login: z.string().min(1).max(100),
  name: z.string().max(500).nullish(),
  avatar_url: z.string().max(2048).nullish(),
});
const emails = z.array(z.object({ email: z.string().max(320), primary: z.boolean(), verified: z.boolean() }));
const organizations = z.array(z.object({ login: z.string() }));
const teams = z.array(z.object({ slug: z.string(), organization: z.object({ login: z.string() }) }));

/** What GitHub tells of the person whose access token this is, within 15 seconds. Rejects with `SignInError`, and as `fetch`. */
export class GithubApi {
  readonly #base: string;
  readonly #host: string;
  readonly #accessToken: string;
  readonly #signal = AbortSignal.timeout(TOTAL_MS);

  constructor(instance: URL, accessToken: string) {
    this.#host = instance.host;
    this.#base = apiBase(instance);
    this.#accessToken = accessToken;
  }

  /** Organizations and teams are read only as far as `allow` asks for them. */
  async readUser(allow: AuthSettings['allow']): Promise<ExternalUser> {
    const found = await this.#get('/user', user);
    if (found === undefined) throw new SignInError('provider-refused', 'GitHub does not tell who the user is');
    const { id, login, name, avatar_url } = found;
    return {
      issuer: this.#host,
      id: String(id),
      username: login,
      displayName: name === undefined || name === null || name === '' ? null : name,
      picture: avatar_url ?? null,
      emails: await this.#readEmails(),
      organizations: await this.#membership('/user/orgs', organizations, (item) => item.login, allow.organizations),
      teams: await this.#membership('/user/teams', teams, (item) => `${item.organization.login}/${item.slug}`, allow.teams),
    };
  }

  async #readEmails(): Promise<string[]> {
    const found = (await this.#get('/user/emails', emails)) ?? [];
    return found
      .filter(({ verified }) => verified)
      .sort((a, b) => Number(b.primary) - Number(a.primary))
      .map(({ email }) => email.toLowerCase());
  }

  /** Those of `wanted` that the user is in; one is enough. */
  async #membership<Item>(
    path: string,
    page: z.ZodType<Item[]>,
    nameOf: (item: Item) => string,
    wanted: readonly string[],
  ): Promise<string[]> {
    if (wanted.length === 0) return [];
    const names = new Set(wanted.map((name) => name.toLowerCase()));
    for (let number = 1; number <= PAGES_MAX; number++) {
      const items = (await this.#get(`${path}?per_page=${PAGE_SIZE}&page=${number}`, page)) ?? [];
      const member = items.map((item) => nameOf(item).toLowerCase()).filter((name) => names.has(name));
      if (member.length > 0) return member;
      if (items.length < PAGE_SIZE) return [];
    }
    return [];
  }

  /** Undefined: the token may not read this. */
  async #get<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
    const response = await boundedFetch(this.#base + path, {
      signal: this.#signal,
      headers: {
        Authorization: `Bearer ${this.#accessToken}`,
        Accept: 'application/vnd.github+json',
        'X-GitHub-Api-Version': '2022-11-28',
        'User-Agent': 'Gatehouse',
      },
    });
    const where = `${this.#host} ${path.split('?', 1)[0]}`;
    if (response.status === 403 || response.status === 404) return undefined;
    if (response.status !== 200) {
      const code = response.status >= 500 || response.status === 429 ? 'provider-unreachable' : 'provider-refused';
      throw new SignInError(code, `${where} answered ${response.status}`);
    }
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw new SignInError('provider-refused', `${where} answered something else than expected`);
    return parsed.data;
  }
}

/** github.com and GitHub with data residency (ghe.com) have a host for it, GitHub Enterprise Server a path. */
function apiBase(instance: URL): string {
  if (instance.host === 'github.com' || instance.host.endsWith('.ghe.com')) return `https://api.${instance.host}`;
  return `${instance.href.replace(/\/$/, '')}/api/v3`;
}
