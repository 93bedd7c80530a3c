import type { AuthSettings } from '@gatehouse/contract';
import { GithubProvider } from './github-provider.ts';
import { OidcProvider } from './oidc-provider.ts';
import type { SignInProvider } from './sign-in-provider.ts';

/** The providers of the configuration as it is now, made anew when it changes. */
export class ConfiguredProviders {
  readonly #settings: () => AuthSettings;
  readonly #nowMs: () => number;
  #of: AuthSettings | undefined;
  #list: SignInProvider[] = [];

  constructor(settings: () => AuthSettings, nowMs: () => number) {
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  get all(): readonly SignInProvider[] {
    const settings = this.#settings();
    if (settings !== this.#of) {
      const { github, oidc } = settings.providers;
      this.#of = settings;
      this.#list = [
        ...(github === undefined ? [] : [new GithubProvider(github, settings.allow)]),
        ...(oidc === undefined ? [] : [new OidcProvider(oidc, this.#nowMs)]),
      ];
    }
    return this.#list;
  }

  get(id: string): SignInProvider | undefined {
    return this.all.find((provider) => provider.id === id);
  }
}
