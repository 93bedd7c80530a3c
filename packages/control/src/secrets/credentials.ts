import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const APP_KEY_LENGTH = 24;
/** 190 bits. */
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;

/**
 * What secrets look like, for those who search logs and repositories for them: the kind, 32 random characters, and a checksum
 * (CRC-32 of what stands before, as six base-62 digits) that tells a secret from what only looks like one.
 */
export const SECRET_PATTERN = /^gh_(?:at|ac|as|se)_[0-9A-Za-z]{38}$/;

/** An AppKey: it names an app and is no secret. 24 characters. */
export function newAppKey(): string {
  return randomText(APP_KEY_LENGTH);
}

/** An AppSecret, with which an app signs: `gh_as_…`. */
export function newAppSecret(): string {
  return newSecret('gh_as_');
}

/** An AppCode, which an app sends as it is: `gh_ac_…`. */
export function newAppCode(): string {
  return newSecret('gh_ac_');
}

/** A token for the management interface: `gh_at_…`. */
export function newAccessToken(): string {
  return newSecret('gh_at_');
}

/** What the cookie of a session holds: `gh_se_…`. */
export function newSessionSecret(): string {
  return newSecret('gh_se_');
}

/** Whether `text` has the form and the checksum of a generated secret: one that was cut off or mistyped has not. */
export function isGeneratedSecret(text: string): boolean {
  return SECRET_PATTERN.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH)));
}

function newSecret(prefix: string): string {
  const text = prefix + randomText(RANDOM_LENGTH);
  return text + checksum(text);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the largest multiple of 62 in a byte: the values above would make the first characters likelier.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
