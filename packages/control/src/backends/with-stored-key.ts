import { isStoredKeyMark, keyPairFault, storedKeyMark, type WrittenDefinition } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { InstallationKey } from '../secrets/installation-key.ts';
import { type DefinitionPlace, openContent } from '../snapshot/definition-content.ts';

/**
 * Puts the stored private key in the place of what stands for it, so that a definition can be changed without the key. Throws
 * `request.invalid` when there is none, when it is another one, or when it is not the key of the certificate.
 */
export async function withStoredKey(
  db: Kysely<ControlTables>,
  key: InstallationKey,
  place: DefinitionPlace,
  definition: WrittenDefinition,
): Promise<WrittenDefinition> {
  const { tls } = definition;
  if (tls?.key === undefined || tls.certificate === undefined || !isStoredKeyMark(tls.key)) return definition;
  const row = await db
    .selectFrom('backend_definitions')
    .select('content')
    .where('backend_id', '=', place.backendId)
    .where('environment', '=', place.environment)
    .executeTakeFirst();
  const stored = row === undefined ? undefined : openContent(row.content, key, place).tls?.key;
  const path = ['body', 'tls', 'key'];
  if (stored === undefined)
    return refuseInvalid(path, `stands for a stored key, and none is stored for ${place.environment}: send the key`);
  const isNamed = tls.key.includes('SHA256:');
  if (isNamed && tls.key !== storedKeyMark(stored)) {
    return refuseInvalid(path, `stands for another key than the one that is stored for ${place.environment}: send the key`);
  }
  const fault = keyPairFault(tls.certificate, stored);
  if (fault !== undefined) {
    const requirement =
      fault.at === 'key' ? 'stands for the stored key, which is not that of the certificate: send the key' : fault.message;
    return refuseInvalid(['body', 'tls', fault.at], requirement);
  }
  return { ...definition, tls: { ...tls, key: stored } };
}
