import { parse } from 'node:querystring';
import type { Fields } from '../exchange/fields.ts';
import { isToken } from '../exchange/fields.ts';

/** Header fields that a signature may cover. */
const SIGNED_NAMES_MAX = 64;
const SIGNED_NAMES_LENGTH_MAX = 4096;
/** Parameters of query and form together. */
const PARAMETERS_MAX = 2000;

/** They have lines of their own, or cannot be covered, whatever the list of signed fields says. */
const NEVER_SIGNED: ReadonlySet<string> = new Set([
  'x-ca-signature',
  'x-ca-signature-headers',
  'accept',
  'content-md5',
  'content-type',
  'date',
]);

/** What of a request is signed. */
export interface SignedParts {
  method: string;
  /** The request target as the client sent it. */
  target: string;
  fields: Fields;
  /** Names of the signed fields, as they are listed. */
  signedNames: readonly string[];
  /** Body of a form, as text; empty when there is none. */
  form: string;
}

/** Reads `X-Ca-Signature-Headers`. Returns a public sentence when it cannot be used. */
export function readSignedNames(value: string | undefined): { names: readonly string[] } | { fault: string } {
  if (value === undefined || value === '') return { names: [] };
  if (value.length > SIGNED_NAMES_LENGTH_MAX) return { fault: '`X-Ca-Signature-Headers` is too long.' };
  const listed = value.split(',', SIGNED_NAMES_MAX + 1);
  if (listed.length > SIGNED_NAMES_MAX) return { fault: `\`X-Ca-Signature-Headers\` names more than ${SIGNED_NAMES_MAX} fields.` };
  const names: string[] = [];
  for (const part of listed) {
    const name = part.trim();
    if (name === '') continue;
    if (!isToken(name)) return { fault: '`X-Ca-Signature-Headers` names something that is no header field.' };
    if (!NEVER_SIGNED.has(name.toLowerCase()) && !names.includes(name)) names.push(name);
  }
  return { names };
}

/**
 * The strings that a client may have signed for this request, likeliest first. They differ in what Alibaba's own client libraries do
 * differently: the case of field names, a repeated parameter (its first value; all of them with commas), and the path (as it was sent;
 * decoded). A request with nothing of the kind has one. Returns a public sentence when there are too many parameters.
 *
 *     METHOD \n Accept \n Content-MD5 \n Content-Type \n Date \n
 *     name:value \n              each signed field, sorted by name
 *     path?key=value&key=value   query and form together, decoded, sorted by key; a key without a value stands alone
 *
 * Sources: aliyun/api-gateway-demo-sign-java, aliyun/api-gateway-nodejs-sdk, alibaba/higress hmac_auth, and the documentation.
 */
export function stringsToSign(parts: SignedParts): { strings: readonly string[] } | { fault: string } {
  const question = parts.target.indexOf('?');
  const path = question === -1 ? parts.target : parts.target.slice(0, question);
  const query = question === -1 ? '' : parts.target.slice(question + 1);
  const parameters = readParameters(query, parts.form);
  if (parameters === undefined) return { fault: `There are more than ${PARAMETERS_MAX} parameters.` };
  const { fields } = parts;
  const start = `${parts.method}\n${line(fields, 'accept')}${line(fields, 'content-md5')}${line(fields, 'content-type')}${line(fields, 'date')}`;
  const heads = [start + headerLines(fields, parts.signedNames)];
  const lowerNames = parts.signedNames.map((name) => name.toLowerCase());
  if (lowerNames.some((name, index) => name !== parts.signedNames[index])) heads.push(start + headerLines(fields, lowerNames));
  const decodedPath = decodePath(path);
  const paths = decodedPath === undefined || decodedPath === path ? [path] : [path, decodedPath];
  const tails = [parameterText(parameters, false)];
  if (parameters.some(([, value]) => typeof value !== 'string')) tails.push(parameterText(parameters, true));
  return { strings: paths.flatMap((each) => tails.flatMap((tail) => heads.map((head) => head + each + tail))) };
}

function line(fields: Fields, lowerName: string): string {
  return `${fields.get(lowerName) ?? ''}\n`;
}

/** A field that came several times is signed whole: else somebody on the way could add one to it. */
function headerLines(fields: Fields, names: readonly string[]): string {
  let text = '';
  for (const name of names.toSorted()) text += `${name}:${fields.joined(name.toLowerCase()) ?? ''}\n`;
  return text;
}

type Parameter = readonly [key: string, value: string | readonly string[]];

/** Sorted by key. Of a key that is in both places the form's value counts, as in Alibaba's libraries. Undefined: too many. */
function readParameters(query: string, form: string): Parameter[] | undefined {
  if (query === '' && form === '') return [];
  const merged = new Map<string, string | readonly string[]>();
  let count = 0;
  for (const text of [query, form]) {
    if (text === '') continue;
    // Empty keys are ignored there too (`?=a`). Decoded as the libraries do it.
    for (const [key, value] of Object.entries(parse(text, '&', '=', { maxKeys: PARAMETERS_MAX + 1 }))) {
      if (value === undefined) continue;
      count += typeof value === 'string' ? 1 : value.length;
      if (key !== '') merged.set(key, value);
    }
  }
  if (count > PARAMETERS_MAX) return undefined;
  // By UTF-16 units, which is how JavaScript, Java and .NET sort.
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
}

function parameterText(parameters: readonly Parameter[], joined: boolean): string {
  let text = '';
  for (const [key, value] of parameters) {
    const shown = typeof value === 'string' ? value : joined ? value.join(',') : (value[0] ?? '');
    text += `${text === '' ? '?' : '&'}${key}${shown === '' ? '' : `=${shown}`}`;
  }
  return text;
}

/** Encoded characters that would make another path of it: a signature for `/a/b` must not do for `/a%2Fb`. */
const STRUCTURE = /%(?:2f|5c|3f|23|25|0[0-9a-f]|1[0-9a-f]|7f)/i;

/** The path decoded, or undefined when that would be another one, or none. */
function decodePath(path: string): string | undefined {
  if (!path.includes('%') || STRUCTURE.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
