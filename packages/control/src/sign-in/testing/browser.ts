const REDIRECTS_MAX = 20;

/** What a browser ended up with. */
export interface Page {
  /** Of the last answer. */
  url: URL;
  status: number;
  headers: Headers;
  text: string;
  /** Every URL that it was sent to on the way, the last one included. */
  way: string[];
}

/** What of a browser matters to signing in: it keeps cookies by host, whatever the port, and follows redirects. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  /** Every `Set-Cookie` field that came. */
  readonly setCookies: string[] = [];

  /** Opens an address as a click on a link does. Stops before the first redirect for which `until` holds. */
  async open(address: string | URL, until?: (next: URL) => boolean): Promise<Page> {
    let url = new URL(address);
    const way: string[] = [];
    for (let count = 0; count < REDIRECTS_MAX; count++) {
      way.push(url.href);
      const response = await this.send('GET', url);
      const text = await response.text();
      const location = response.headers.get('location');
      const next = location === null ? null : new URL(location, url);
      if (next === null || until?.(next) === true) {
        return { url: next ?? url, status: response.status, headers: response.headers, text, way };
      }
      url = next;
    }
    throw new Error(`Redirected without end: ${way.join(' ')}`);
  }

  /** One request, as a page's script sends it. */
  async send(method: string, address: string | URL, init: { headers?: Record<string, string>; body?: unknown } = {}): Promise<Response> {
    const url = new URL(address);
    const headers = new Headers(init.headers);
    const cookie = this.cookieField(url.hostname);
    if (cookie !== '') headers.set('cookie', cookie);
    if (init.body !== undefined) headers.set('content-type', 'application/json');
    const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
    const response = await fetch(url, { method, headers, redirect: 'manual', ...body });
    for (const field of response.headers.getSetCookie()) this.#take(url.hostname, field);
    return response;
  }

  cookieField(hostname: string): string {
    return [...this.jar(hostname)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  jar(hostname: string): Map<string, string> {
    const jar = this.#jars.get(hostname) ?? new Map<string, string>();
    this.#jars.set(hostname, jar);
    return jar;
  }

  #take(hostname: string, field: string): void {
    this.setCookies.push(field);
    const [pair = '', ...attributes] = field.split(';').map((part) => part.trim());
    const equals = pair.indexOf('=');
    const isGone = attributes.some((attribute) => /^(?:max-age=0|expires=thu, 01 jan 1970.*)$/i.test(attribute));
    if (isGone) this.jar(hostname).delete(pair.slice(0, equals));
    else this.jar(hostname).set(pair.slice(0, equals), pair.slice(equals + 1));
  }
}
