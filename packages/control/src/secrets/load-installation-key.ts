import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallationKey, KEY_BYTES } from './installation-key.ts';

export const KEY_VARIABLE = 'GATEHOUSE_INSTALLATION_KEY';
const KEY_FILE = 'installation.key';

/** The installation key is missing, unreadable, readable by others, or not the one of this database. The message says what to do. */
export class InstallationKeyError extends Error {
  override readonly name = 'InstallationKeyError';
}

export interface KeySource {
  dataDir: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The key, and the file that has been made for it just now, if one was. */
export interface LoadedKey {
  key: InstallationKey;
  created?: string;
}

/** Reads the key from the environment, else from the data directory. Undefined: there is none yet. Throws `InstallationKeyError`. */
export async function findInstallationKey({ dataDir, env }: KeySource): Promise<InstallationKey | undefined> {
  const given = env[KEY_VARIABLE];
  // Set but empty is a mistake of whoever deploys, not a wish for a new key.
  return given === undefined ? readKey(join(dataDir, KEY_FILE)) : parse(given, KEY_VARIABLE);
}

/** Finds the key, or makes one in the data directory. Throws `InstallationKeyError`. */
export async function loadInstallationKey(source: KeySource): Promise<LoadedKey> {
  const existing = await findInstallationKey(source);
  if (existing !== undefined) return { key: existing };
  const { dataDir } = source;
  const path = join(dataDir, KEY_FILE);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (await createKey(dataDir, path)) {
    const key = await readKey(path);
    if (key !== undefined) return { key, created: path };
  }
  // Another process was first.
  const key = await readKey(path);
  if (key === undefined) throw new InstallationKeyError(`${path} vanished while it was read`);
  return { key };
}

async function readKey(path: string): Promise<InstallationKey | undefined> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new InstallationKeyError(`${path} can be read or changed by other users: make it private (chmod 600), or use ${KEY_VARIABLE}`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof InstallationKeyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new InstallationKeyError(`${path} cannot be read (${code ?? 'unknown error'})`, { cause: error });
  }
  return parse(text, path);
}

/** Whether the file was made; false when there is one. It appears whole or not at all, and nothing is ever overwritten. */
async function createKey(dataDir: string, path: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
    // A key that a power cut takes away takes every sealed secret with it.
    const directory = await open(dataDir, 'r');
    await directory.sync().finally(() => directory.close());
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new InstallationKeyError(
      `${path} cannot be written (${code ?? 'unknown error'}): make ${dataDir} writable, or use ${KEY_VARIABLE}`,
      {
        cause: error,
      },
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

/** 32 bytes as hexadecimal, base64url or base64. The text itself is in no message. */
function parse(text: string, where: string): InstallationKey {
  const trimmed = text.trim();
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return new InstallationKey(Buffer.from(trimmed, 'hex'));
  if (/^[0-9A-Za-z_+/-]{43}=?$/.test(trimmed)) return new InstallationKey(Buffer.from(trimmed, 'base64url'));
  throw new InstallationKeyError(
    `${where} holds no installation key: it should be ${KEY_BYTES} random bytes in hexadecimal or base64url (openssl rand -hex ${KEY_BYTES})`,
  );
}
