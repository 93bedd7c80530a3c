import type { Database } from '@gatehouse/database';
import type { Implementation } from '../operation/implementation.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { createToken } from './create-token.ts';
import { getMe } from './get-me.ts';
import { getToken } from './get-token.ts';
import { listTokens } from './list-tokens.ts';
import { revokeToken } from './revoke-token.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';

export interface AccessDependencies {
  database: Database<ControlTables>;
  key: InstallationKey;
  /** To be told of revocations. */
  authenticator: Pick<TokenAuthenticator, 'forgetAll'>;
  nowMs: () => number;
}

/** Who the caller is, and access tokens. */
export function accessOperations(dependencies: AccessDependencies): Implementation[] {
  return [getMe(), listTokens(dependencies), getToken(dependencies), createToken(dependencies), revokeToken(dependencies)];
}
