import type { ApiDocument } from '../document/api-document.ts';
import { type BodyKind, bodyKindOf } from '../openapi/body-kind.ts';
import type { Operation } from '../openapi/operation.ts';
import { encodeStrictly } from './percent.ts';
import type { FormBody, FormProblem } from './request-form.ts';

/** Longer bodies are refused by the management interface. */
export const BODY_LENGTH_MAX = 1024 * 1024;

/** The media type that is sent: of a range such as `image/*`, nothing can be said. */
function toContentType(contentType: string, kind: BodyKind): string {
  if (!contentType.includes('*')) return contentType;
  return kind === 'json' ? 'application/json' : kind === 'binary' ? 'application/octet-stream' : 'text/plain';
}

/** The body as it is sent; undefined when there is none. */
export function buildBody(
  _document: ApiDocument,
  operation: Operation,
  body: FormBody | undefined,
  problems: FormProblem[],
): { text: string; contentType: string } | undefined {
  if (operation.body === undefined || body === undefined) return undefined;
  const kind = bodyKindOf(body.contentType);
  const text = kind === 'form' ? toUrlEncoded(body) : body.text;
  if (kind === 'files') {
    problems.push({ at: 'body', message: 'Bodies of several parts cannot be sent from here. Use the code samples instead.' });
  } else if (text === '') {
    if (operation.body.required && kind !== 'form') problems.push({ at: 'body', message: 'A body is required.' });
    return undefined;
  }
  if (text.length > BODY_LENGTH_MAX)
    problems.push({ at: 'body', message: 'From here, a body may have at most 1 MiB. Use the code samples instead.' });
  return { text, contentType: toContentType(body.contentType, kind) };
}

/** As browsers write a form, but for spaces, which every reader understands as `%20`. */
function toUrlEncoded({ fields }: FormBody): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      (typeof value === 'string' ? (value === '' ? [] : [value]) : value).map((item) => `${encodeStrictly(name)}=${encodeStrictly(item)}`),
    )
    .join('&');
}
