import { createHash, randomBytes } from 'node:crypto';
import { type AppConfig, type AppRecord, hashAppCode, type Place, type Problem } from '@gatehouse/contract';
import type { CredentialStore } from '@gatehouse/gateway';

/**
 * The apps of a configuration as the gateway knows them, where there is no control plane: an app is known by its name. `codeKey` is
 * base64, the key of the `CredentialStore` that the records are for.
 */
export function toAppRecords(apps: readonly AppConfig[], codeKey: string): AppRecord[] {
  return apps.map(({ name, owner, appKey = '', appSecret = '', appCode, authorizations }) => ({
    id: name,
    name,
    ...(owner === undefined ? {} : { owner }),
    keys: [{ appKey, appSecret, codeHash: appCode === undefined ? '' : hashAppCode(codeKey, appCode) }],
    grants: authorizations.flatMap(({ api, environments }) => environments.map((environment) => ({ api, environment }))),
  }));
}

/** Keeps the credentials of a gateway equal to what its file says. */
export class FileApps {
  readonly #credentials: Pick<CredentialStore, 'replace'>;
  /** AppCodes are hashed with it; there is nobody to share it with. */
  readonly #codeKey = randomBytes(32).toString('base64');
  /** Of what is applied: not the secrets themselves, which need not stay in memory twice. */
  #digest = '';

  constructor(credentials: Pick<CredentialStore, 'replace'>) {
    this.#credentials = credentials;
  }

  /** These apps may call, and no others, from now on. */
  apply(apps: readonly AppConfig[]): void {
    const digest = createHash('sha256').update(JSON.stringify(apps)).digest('base64');
    if (digest === this.#digest) return;
    this.#credentials.replace(toAppRecords(apps, this.#codeKey), { codeKey: this.#codeKey });
    this.#digest = digest;
  }
}

/** Apps that nobody could ever call as: without a control plane nobody makes up what the file does not say. */
export function appsWithoutCredentials(apps: readonly AppConfig[], placeOf: (path: (string | number)[]) => Place | undefined): Problem[] {
  return apps.flatMap(({ appKey, appSecret, appCode }, index): Problem[] => {
    if (appCode !== undefined || (appKey !== undefined && appSecret !== undefined)) return [];
    const path = ['apps', index];
    const place = placeOf([...path, 'name']);
    const message = 'this app has no credentials: give it appKey and appSecret, or appCode, read from the environment (${PARTNER_SECRET})';
    return [{ severity: 'error', code: 'config.app-without-credentials', message, path, ...(place === undefined ? {} : { place }) }];
  });
}
