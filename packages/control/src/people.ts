import type { AuthSettings } from '@gatehouse/contract';
import type { Database } from '@gatehouse/database';
import type { Caller } from './access/caller.ts';
import type { TokenAuthenticator } from './access/token-authenticator.ts';
import { type Authenticator, EitherAuthenticator } from './http/authenticator.ts';
import { isForged, type RequestHead } from './http/forged-request.ts';
import type { Implementation } from './operation/implementation.ts';
import type { ControlTables } from './schema/tables.ts';
import type { InstallationKey } from './secrets/installation-key.ts';
import { sessionsOperations } from './sessions/operations.ts';
import { SessionAuthenticator } from './sessions/session-authenticator.ts';
import { Sessions } from './sessions/sessions.ts';
import { SignIn } from './sign-in/sign-in.ts';
import type { UserDirectory } from './sign-in/user-directory.ts';
import { rightsOf } from './sign-in/user-rights.ts';

export interface PeopleOptions {
  database: Database<ControlTables>;
  key: InstallationKey;
  tokens: TokenAuthenticator;
  settings: AuthSettings;
  directory: UserDirectory;
  /** Where people reach this installation. */
  publicUrl: () => URL;
  log: { warn(fields: object, message: string): void };
  nowMs?: () => number;
}

/** Everything about people who sign in: how they do it, their sessions, and who calls. */
export class People {
  readonly signIn: SignIn;
  /** By access token or by session. */
  readonly authenticator: Authenticator;
  readonly operations: Implementation[];
  readonly #publicUrl: () => URL;
  readonly #sessions: Sessions;
  readonly #known: SessionAuthenticator;
  readonly #log: PeopleOptions['log'];
  #settings: AuthSettings;

  constructor({ database, key, tokens, settings, directory, publicUrl, log, nowMs = Date.now }: PeopleOptions) {
    this.#settings = settings;
    this.#publicUrl = publicUrl;
    this.#log = log;
    const limits = () => this.#settings.session;
    const ended = () => this.#known.forgetAll();
    this.#sessions = new Sessions({ database, key, limits, ended, nowMs });
    this.signIn = new SignIn({
      settings: () => this.#settings,
      publicUrl,
      key,
      sessions: this.#sessions,
      directory,
      holderOfToken: (token) => tokens.authenticate({ authorization: `Bearer ${token}` }),
      log,
      nowMs,
    });
    this.#known = new SessionAuthenticator({
      database,
      key,
      log,
      limits,
      secretOf: this.signIn.secretOf,
      rightsOf: (holder) => (holder.tokenId === null ? rightsOf(holder, this.#settings, directory) : rightsOfToken(tokens, holder.tokenId)),
      nowMs,
    });
    this.authenticator = new EitherAuthenticator(tokens, this.#known);
    this.operations = sessionsOperations({ database, sessionLimits: limits, sessionEnded: ended, nowMs });
    this.#warn(settings);
  }

  /** Makes a changed configuration count, for those who are signed in too. */
  use(settings: AuthSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#known.forgetAll();
    this.#warn(settings);
  }

  /** Who calls. `forged`: somebody with a session, whose browser another site may have made to send this. */
  async identify(head: RequestHead): Promise<Caller | 'forged' | undefined> {
    const caller = await this.authenticator.authenticate(head.fields);
    return caller !== undefined && caller.sessionId !== null && isForged(head, this.#publicUrl()) ? 'forged' : caller;
  }

  /** To be called once the token of sessions was revoked. */
  forgetAll(): void {
    this.#known.forgetAll();
  }

  sweep(nowMs: number): Promise<void> {
    return this.#sessions.sweep(nowMs);
  }

  /** Waits for what is still being written. */
  close(): Promise<void> {
    return this.#known.close();
  }

  #warn({ providers, allow }: AuthSettings): void {
    const { github } = providers;
    if (github === undefined || github.enterpriseInstanceUrl !== undefined) return;
    if ([allow.organizations, allow.teams, allow.emailDomains].some((list) => list.length > 0)) return;
    const resolvers = github.signIn?.resolvers ?? [];
    if (resolvers.some((resolver) => resolver.dangerouslyAllowSignInWithoutUserInCatalog)) {
      this.#log.warn({}, 'Everybody with an account of GitHub can sign in: restrict it with auth.allow');
    } else if (resolvers.some(({ resolver }) => resolver === 'usernameMatchingUserEntityName')) {
      this.#log.warn(
        {},
        'Whoever has, or takes, an account of GitHub with the name of a user of the catalog signs in as that user: restrict it with auth.allow, or find users by userIdMatchingUserEntityAnnotation',
      );
    }
  }
}

async function rightsOfToken(tokens: TokenAuthenticator, id: string) {
  const caller = await tokens.holderOf(id);
  if (caller === undefined) return undefined;
  return { tokenId: id, name: caller.name, role: caller.role, teams: caller.teams, seesAll: caller.seesAll };
}
