import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What sealing adds to a text, in bytes. */
export const SEAL_BYTES = IV_BYTES + TAG_BYTES;

/** Encrypts and authenticates, together with `context`, which is not stored: what was sealed in one place opens in no other. */
export function seal(key: Buffer, context: Buffer, plain: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(context);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

/** Undefined when it was not sealed with this key for this context, or was changed since. */
export function unseal(key: Buffer, context: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < SEAL_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(IV_BYTES, SEAL_BYTES));
  const plain = decipher.update(sealed.subarray(SEAL_BYTES));
  try {
    decipher.final();
  } catch {
    // The one error that there is: the tag is not that of the text.
    return undefined;
  }
  return plain;
}
