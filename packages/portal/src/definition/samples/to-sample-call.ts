import type { ApiDocument } from '../document/api-document.ts';
import { bodyKindOf } from '../openapi/body-kind.ts';
import type { Content } from '../openapi/content.ts';
import type { Operation } from '../openapi/operation.ts';
import { mergeSchema } from '../schema/merge-schema.ts';
import { propertiesOf } from '../schema/schema-shape.ts';
import type { BuiltRequest } from '../try-it/build-request.ts';
import { isFile } from '../try-it/is-file.ts';
import type { RequestForm } from '../try-it/request-form.ts';
import type { SampleCall, SamplePart } from './sample-call.ts';

interface Given {
  document: ApiDocument;
  operation: Operation;
  form: RequestForm;
  request: BuiltRequest;
  /** Where the API is, without a slash at its end. */
  url: string;
  credential: SampleCall['credential'];
}

/** The request of a form as samples write it. */
export function toSampleCall({ document, operation, form, request, url, credential }: Given): SampleCall {
  const content = operation.body?.contents.find(({ type }) => type === form.body?.contentType);
  const parts =
    form.body !== undefined && content !== undefined && bodyKindOf(content.type) === 'files' ? toParts(document, content, form) : undefined;
  return {
    method: request.method,
    url: `${url}${request.path}${request.query}`,
    // The boundary of parts is made by whoever writes them.
    headers: parts === undefined ? request.headers : request.headers.filter(([name]) => name.toLowerCase() !== 'content-type'),
    body: parts !== undefined ? { parts } : request.body === undefined ? undefined : { text: request.body },
    credential,
  };
}

function toParts(document: ApiDocument, { schema }: Content, { body }: RequestForm): SamplePart[] {
  return propertiesOf(mergeSchema(document, schema).words).flatMap(({ name, schema: property, required }): SamplePart[] => {
    if (isFile(document, property)) return [{ name, value: '', file: true }];
    const value = body?.fields[name] ?? '';
    if (value.length === 0 && !required) return [];
    return [value].flat().map((each) => ({ name, value: each, file: false }));
  });
}
