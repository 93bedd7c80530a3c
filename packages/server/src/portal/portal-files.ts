import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

const NONCE = /__CSP_NONCE__/g;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
};
/** What stands compressed beside a file, the better first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface PortalFile {
  headers: Record<string, string>;
  etag: string;
  plain: Buffer;
  compressed: { encoding: string; content: Buffer }[];
}

/**
 * Serves the built portal: its files, and its page for every address that is a page of it. They are read once, some megabytes: a build
 * that replaces them while this runs neither mixes versions nor leaves a file that cannot be opened any more.
 */
export class PortalFiles {
  readonly #page: string | undefined;
  readonly #files: ReadonlyMap<string, PortalFile>;

  private constructor(page: string | undefined, files: ReadonlyMap<string, PortalFile>) {
    this.#page = page;
    this.#files = files;
  }

  /** Reads what `npm run build -w @gatehouse/portal` made. Without it the page says so. */
  static async open(directory: string): Promise<PortalFiles> {
    const page = await readFile(join(directory, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return new PortalFiles(page, page === undefined ? new Map() : await readFiles(directory));
  }

  /** Whether it was built. */
  get built(): boolean {
    return this.#page !== undefined;
  }

  /** Answers what is the portal's and returns true; leaves the interfaces below `/api/` alone and returns false. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if ((request.method !== 'GET' && request.method !== 'HEAD') || path === '/api' || path.startsWith('/api/')) return false;
    // The page itself is made anew for each request, under any of its addresses.
    const file = path === '/index.html' ? undefined : this.#files.get(path);
    if (file === undefined) this.#answerOther(path, request, response);
    else answerFile(file, request, response);
    return true;
  }

  /** What is no file is a page of the portal when a browser asks for a page. */
  #answerOther(path: string, request: IncomingMessage, response: ServerResponse): void {
    const wantsPage = path === '/' || path === '/index.html' || (request.headers.accept?.includes('text/html') ?? false);
    if (this.#page !== undefined && (path.startsWith('/assets/') || !wantsPage)) {
      setCommonFields(response);
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end('Not found\n');
    } else this.#answerPage(request, response);
  }

  #answerPage(request: IncomingMessage, response: ServerResponse): void {
    setCommonFields(response);
    if (this.#page === undefined) {
      response
        .writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
        .end('The portal is not built: run `npm run build` and start again. Everything else works without it.\n');
      return;
    }
    const nonce = randomBytes(16).toString('base64url');
    const text = this.#page.replace(NONCE, nonce);
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy(nonce),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  }
}

/** Every file by its address, with what was compressed beside it. */
async function readFiles(directory: string): Promise<Map<string, PortalFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = new Map<string, Buffer>();
  await Promise.all(paths.map(async (path) => contents.set(path, await readFile(path))));
  const files = new Map<string, PortalFile>();
  for (const [path, plain] of contents) {
    if (ENCODINGS.some(([, suffix]) => path.endsWith(suffix) && contents.has(path.slice(0, -suffix.length)))) continue;
    const address = `/${relative(directory, path).replaceAll(sep, '/')}`;
    const compressed = ENCODINGS.flatMap(([encoding, suffix]) => {
      const content = contents.get(path + suffix);
      return content === undefined ? [] : [{ encoding, content }];
    });
    files.set(address, {
      // The names of assets hold a hash of their content; other files change with the next version.
      headers: {
        'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
        'Cache-Control': address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(compressed.length === 0 ? {} : { Vary: 'Accept-Encoding' }),
      },
      etag: createHash('sha256').update(plain).digest('base64url').slice(0, 22),
      plain,
      compressed,
    });
  }
  return files;
}

function answerFile({ headers, etag, plain, compressed }: PortalFile, request: IncomingMessage, response: ServerResponse): void {
  setCommonFields(response);
  // Weak, for it names the file whatever it is compressed with.
  const fields = { ...headers, ETag: `W/"${etag}"` };
  if (request.headers['if-none-match']?.includes(etag)) {
    response.writeHead(304, fields).end();
    return;
  }
  const taken = encodingsOf(request.headers['accept-encoding']);
  const chosen = compressed.find(({ encoding }) => taken.has(encoding));
  const content = chosen?.content ?? plain;
  response.writeHead(200, {
    ...fields,
    'Content-Length': content.length,
    ...(chosen === undefined ? {} : { 'Content-Encoding': chosen.encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** The encodings that a client takes (RFC 9110, 12.5.3). */
function encodingsOf(field: string | string[] | undefined): Set<string> {
  const parts = String(field ?? '').split(',');
  return new Set(
    parts.filter((part) => !/;\s*q=0(?:\.0{0,3})?\s*$/i.test(part)).map((part) => (part.split(';', 1)[0] ?? '').trim().toLowerCase()),
  );
}

/**
 * Scripts and styles only from here; the nonce is for the styles that components make. Nobody may frame the portal. Pictures of people
 * come from their sign-in provider, over HTTPS.
 */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data: https:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function setCommonFields(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
}
