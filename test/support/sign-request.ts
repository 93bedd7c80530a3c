import { createHmac } from 'node:crypto';

/** How a request is signed: what the client of a record does, written out, and nothing that the gateway shares with it. */
export interface Signing {
  appKey: string;
  appSecret: string;
  /** Path and parameters as they are signed. */
  resource: string;
  /** Names of the signed fields, in the order and case in which they are listed. */
  names?: readonly string[];
  /** Absent: HmacSHA256, and no field that says so. */
  algorithm?: 'HmacSHA256' | 'HmacSHA1';
  /** Names in the string are in lower case, however they are listed. */
  lowerCase?: boolean;
  /** The last characters of the signature are changed. */
  broken?: boolean;
}

/** The fields that make a signed request of it: `X-Ca-Key`, `X-Ca-Signature` and so on, as lines. */
export function signatureLines(method: string, fieldLines: readonly string[], signing: Signing): string[] {
  const { appKey, appSecret, resource, names = [], algorithm, lowerCase = false, broken = false } = signing;
  const lines = [...fieldLines, `X-Ca-Key: ${appKey}`];
  if (algorithm !== undefined) lines.push(`X-Ca-Signature-Method: ${algorithm}`);
  const value = (name: string) => {
    const line = lines.find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return line === undefined ? '' : line.slice(name.length + 1).trim();
  };
  const shown = names.map((name) => (lowerCase ? name.toLowerCase() : name)).toSorted();
  const stringToSign = [
    method,
    value('Accept'),
    value('Content-MD5'),
    value('Content-Type'),
    value('Date'),
    ...shown.map((name) => `${name}:${value(name)}`),
    resource,
  ].join('\n');
  const signature = createHmac(algorithm === 'HmacSHA1' ? 'sha1' : 'sha256', appSecret)
    .update(stringToSign)
    .digest('base64');
  if (names.length > 0) lines.push(`X-Ca-Signature-Headers: ${names.join(',')}`);
  lines.push(`X-Ca-Signature: ${broken ? `A${signature.slice(1).replace(/^A/, 'B')}` : signature}`);
  return lines;
}
