import { z } from 'zod';

/** Where the URL of a target leads. */
export interface TargetUrl {
  protocol: 'http:' | 'https:';
  /** Name or address, without the brackets of an IPv6 address. */
  host: string;
  port: number;
  /** Absolute path of the Unix socket that is connected to instead of host and port. */
  socketPath?: string;
  /** Value of the Host field. */
  authority: string;
  /** Put before the path of each request; no slash at its end. */
  pathPrefix: string;
  /** Without the path, for logs and metrics: `http://10.0.0.1:8080`, `unix:/run/app.sock`. */
  origin: string;
  /** The URL up to where the path of a request goes on. */
  prefix: string;
}

const EXAMPLES = 'such as http://10.0.0.1:8080/base, or unix:/run/app.sock:/base for a Unix socket';

/** Longest path that a socket address holds on Linux (sockaddr_un), its end not counted. */
const SOCKET_PATH_BYTES_MAX = 107;

/** Printable ASCII without what separates or escapes in URLs: one text is one path, whoever reads it. */
const SOCKET_TEXT = /^unix:(\/[!$&-9;=@-[\]^_a-z~]{1,200})(?::(\/[!$&-9;=@-[\]^_a-z~]{0,1000}))?$/;

/** Where a target's URL leads: `http://…`, `https://…` or `unix:/absolute/path:/base`; or what is wrong with it. */
export function readTargetUrl(text: string): TargetUrl | string {
  if (/^unix:/i.test(text)) return readSocketUrl(text);
  const nginx = /^https?:\/\/unix:(\/.{0,1000})$/i.exec(text);
  if (nginx !== null) return `is written unix:${nginx[1]} here`;
  const url = URL.parse(text);
  if (
    url === null ||
    (url.protocol !== 'http:' && url.protocol !== 'https:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== '' ||
    url.search !== ''
  )
    return `must be an absolute http, https or unix URL without user, query or fragment, ${EXAMPLES}`;
  const { protocol, origin } = url;
  const pathPrefix = url.pathname.replace(/\/$/, '');
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (protocol === 'https:' ? 443 : 80) : Number(url.port),
    authority: url.host,
    pathPrefix,
    origin,
    prefix: origin + pathPrefix,
  };
}

function readSocketUrl(text: string): TargetUrl | string {
  const match = SOCKET_TEXT.exec(text);
  if (match === null)
    return `must be unix: and an absolute path of printable characters without : ? # % \\ and spaces, and may end with : and a base path, ${EXAMPLES}`;
  const [, socketPath = '', base = ''] = match;
  if (socketPath.length > SOCKET_PATH_BYTES_MAX) return `names a socket whose path is longer than ${SOCKET_PATH_BYTES_MAX} bytes`;
  if (socketPath.endsWith('/') || socketPath.split('/').some((part, index) => index > 0 && (part === '' || part === '.' || part === '..')))
    return 'must name the socket by its plain path: no empty, . or .. segments';
  const pathPrefix = base.replace(/\/$/, '');
  // What nginx sends to a Unix socket too: there is no host that could be named.
  const authority = 'localhost';
  const origin = `unix:${socketPath}`;
  return {
    protocol: 'http:',
    host: authority,
    port: 80,
    socketPath,
    authority,
    pathPrefix,
    origin,
    prefix: `${origin}:${pathPrefix}`,
  };
}

/** Where a target's URL leads. Throws when it is none: those in a snapshot have been checked. */
export function parseTargetUrl(text: string): TargetUrl {
  const url = readTargetUrl(text);
  if (typeof url === 'string') throw new TypeError(`The URL of a target ${url}`);
  return url;
}

/** Whether a definition leads to a Unix socket, which is a file of the gateway's machine. */
export function namesUnixSocket({ url, targets }: { url?: string | undefined; targets?: readonly { url: string }[] | undefined }): boolean {
  return [...(url === undefined ? [] : [url]), ...(targets ?? []).map((target) => target.url)].some((each) => /^unix:/i.test(each));
}

/** The schema of a target's URL. */
export const targetUrl = z.string().superRefine((text, context) => {
  const url = readTargetUrl(text);
  if (typeof url === 'string') context.addIssue({ code: 'custom', message: url });
});
