import type { RequestFields } from './authenticator.ts';

/**
 * The cookies of one origin. Over HTTPS their names begin with `__Host-`: browsers then take them from this very host only, and over
 * HTTPS only, so that no other host of the same domain can plant one (RFC 6265bis section 4.1.3.2).
 */
export class Cookies {
  readonly #isSecure: boolean;

  constructor(publicUrl: URL) {
    this.#isSecure = publicUrl.protocol === 'https:';
  }

  /** The value of a cookie in a request. Undefined when there is none, or more than one: somebody has put one beside ours. */
  read(fields: RequestFields, name: string): string | undefined {
    const { cookie } = fields;
    if (typeof cookie !== 'string') return undefined;
    const full = this.#fullName(name);
    const values = cookie.split(';').flatMap((pair) => {
      const equals = pair.indexOf('=');
      return equals !== -1 && pair.slice(0, equals).trim() === full ? [pair.slice(equals + 1).trim()] : [];
    });
    return values.length === 1 ? values[0] : undefined;
  }

  /** The `Set-Cookie` field of a cookie that no script can read and no other site can have sent, but for a link to here. */
  write(name: string, value: string, maxAgeMs: number): string {
    const secure = this.#isSecure ? '; Secure' : '';
    // Lax and not Strict: the provider sends people back to here, and links in mails should not lead to the sign-in page.
    return `${this.#fullName(name)}=${value}; Path=/; Max-Age=${Math.floor(maxAgeMs / 1000)}; HttpOnly; SameSite=Lax${secure}`;
  }

  /** The `Set-Cookie` field that removes a cookie. */
  remove(name: string): string {
    return this.write(name, '', 0);
  }

  #fullName(name: string): string {
    return this.#isSecure ? `__Host-${name}` : name;
  }
}
