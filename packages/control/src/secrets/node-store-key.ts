import { findInstallationKey, type KeySource } from './load-installation-key.ts';

/**
 * The key (32 bytes) of what the embedded node keeps on its disk; undefined before the first start. It needs no database: that is what
 * the disk is for. Derived from the installation's key, so that where that is given in the environment the disk alone opens nothing.
 * Throws `InstallationKeyError`.
 */
export async function findNodeStoreKey(source: KeySource): Promise<Buffer | undefined> {
  return (await findInstallationKey(source))?.deriveKey('node-store');
}
