import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Length of the key and of what is derived from it. */
export const KEY_BYTES = 32;

const SEALED_PREFIX = 'gs1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is hashed. Each has a key of its own, so that a gateway node that checks app codes cannot make access tokens. */
export type HashPurpose = 'access-token' | 'app-code' | 'session';

/** A sealed text cannot be opened: it was changed, belongs to another record, or was sealed with another key. */
export class SealedTextError extends Error {
  override readonly name = 'SealedTextError';
}

/** The secret of one installation: what makes a copy of its database worthless by itself. Nothing prints it. */
export class InstallationKey {
  readonly #key: Buffer;
  readonly #derived = new Map<string, Buffer>();

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.byteLength !== KEY_BYTES) throw new Error(`An installation key has ${KEY_BYTES} bytes`);
    this.#key = Buffer.from(key);
  }

  /** A key of 32 bytes for one purpose (HKDF-SHA-256); none tells anything of another. */
  deriveKey(purpose: string): Buffer {
    let derived = this.#derived.get(purpose);
    if (derived === undefined) {
      derived = Buffer.from(hkdfSync('sha256', this.#key, '', `gatehouse/1/${purpose}`, KEY_BYTES));
      this.#derived.set(purpose, derived);
    }
    return derived;
  }

  /**
   * What is stored of a secret that only has to be recognized: HMAC-SHA-256 in base64url with `deriveKey('hash/<purpose>')`.
   * A fast hash is enough, since these secrets are random and long; a slow one would cost every request.
   */
  hashToken(text: string, purpose: HashPurpose = 'access-token'): string {
    return createHmac('sha256', this.deriveKey(`hash/${purpose}`))
      .update(text)
      .digest('base64url');
  }

  /**
   * Encrypts `plain` (AES-256-GCM). `context` names the record and field that it belongs to, such as `app/42/secret`: with another one
   * it does not open, so that nobody who can write the database can move a secret to a record that they may read.
   */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.deriveKey('seal'), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(SEALED_PREFIX + context));
    const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return SEALED_PREFIX + body.toString('base64url');
  }

  /** The text that was sealed for `context`. Throws `SealedTextError`. */
  open(sealed: string, context: string): string {
    const body = sealed.startsWith(SEALED_PREFIX) ? Buffer.from(sealed.slice(SEALED_PREFIX.length), 'base64url') : Buffer.alloc(0);
    if (body.length < NONCE_BYTES + TAG_BYTES) throw new SealedTextError(`The stored secret of ${context} is damaged`);
    const nonce = body.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.deriveKey('seal'), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(SEALED_PREFIX + context));
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    try {
      const plain = decipher.update(body.subarray(NONCE_BYTES, body.length - TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SealedTextError(`The stored secret of ${context} cannot be opened: it was changed, or sealed with another key`, { cause });
    }
  }
}
