import type { BuiltRequest } from '../../../definition/try-it/build-request.ts';
import type { FormHeader, FormProblem } from '../../../definition/try-it/request-form.ts';

/** A request as it is typed. */
export interface AnyRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: readonly FormHeader[];
  body: string;
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** RFC 9110, 5.6.2 and 5.5. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The request that was typed, and what keeps it from being sent. */
export function buildAnyRequest({ method, path, headers, body }: AnyRequest): { request: BuiltRequest; problems: FormProblem[] } {
  const problems: FormProblem[] = [];
  if (!path.startsWith('/')) problems.push({ at: 'path', message: 'It begins with a slash.' });
  else if (/[^\x21-\x7e]/.test(path))
    problems.push({ at: 'path', message: 'It holds no spaces and no other characters than ASCII: write them as %20 and so on.' });
  const sent: [string, string][] = [];
  for (const [index, { name, value }] of headers.entries()) {
    if (name === '' && value === '') continue;
    if (!TOKEN.test(name))
      problems.push({
        at: `header ${index}`,
        message: name === '' ? 'The header needs a name.' : `"${name.slice(0, 64)}" is not the name of a header.`,
      });
    else if (!VALUE.test(value))
      problems.push({ at: `header ${index}`, message: 'The value holds characters that no header may hold, such as line breaks.' });
    sent.push([name, value]);
  }
  const question = path.indexOf('?');
  return {
    request: {
      method,
      path: question < 0 ? path : path.slice(0, question),
      query: question < 0 ? '' : path.slice(question),
      headers: sent,
      body: body === '' ? undefined : body,
    },
    problems,
  };
}
