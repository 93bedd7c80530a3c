import { compareContent } from './media-types.ts';
import { type Response, readResponses } from './messages.ts';
import type { OperationPair } from './operation-pair.ts';

export function compareResponses(pair: OperationPair): void {
  const { readers } = pair.context;
  const before = readResponses(pair.before, readers.before);
  const after = readResponses(pair.after, readers.after);
  for (const [status, was] of before) {
    const is = after.get(status) ?? standIn(status, after);
    if (is !== undefined) compareResponse(was, is, `response ${status}`, pair);
    else pair.add(isSuccess(status) ? 'success-response-removed' : 'error-response-removed', `response ${status}`, { name: status });
  }
  for (const status of after.keys()) {
    if (!before.has(status)) pair.add('response-added', `response ${status}`, { name: status });
  }
}

/** The response that applies to a status which is no longer declared (OpenAPI 3.0.3 section 4.7.16: range, then default). */
function standIn(status: string, responses: ReadonlyMap<string, Response>): Response | undefined {
  const range = responses.get(`${status[0]}XX`);
  // Beside a declared success, `default` is what errors look like.
  const isDefaultMeant = status !== 'default' && (!isSuccess(status) || ![...responses.keys()].some(isSuccess));
  return range ?? (isDefaultMeant ? responses.get('default') : undefined);
}

function isSuccess(status: string): boolean {
  return /^[123]/.test(status);
}

function compareResponse(was: Response, is: Response, location: string, pair: OperationPair): void {
  if (was.description !== is.description) pair.documentationChanged(location);
  compareContent(was.content, is.content, 'response', location, pair);
  for (const [key, header] of was.headers) {
    const at = `${location} header "${header.name.slice(0, 100)}"`;
    const other = is.headers.get(key);
    if (other === undefined) {
      pair.add('response-header-removed', at, { name: header.name });
      continue;
    }
    if (header.isRequired !== other.isRequired) {
      pair.add(other.isRequired ? 'response-header-became-required' : 'response-header-became-optional', at, { name: header.name });
    }
    if (header.description !== other.description) pair.documentationChanged(at);
    pair.compareSchemas(header.schema, other.schema, 'response', at);
  }
  for (const [key, { name }] of is.headers) {
    if (!was.headers.has(key)) pair.add('response-header-added', `${location} header "${name.slice(0, 100)}"`, { name });
  }
}
