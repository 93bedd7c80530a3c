import { compareContent } from './media-types.ts';
import { readRequestBody } from './messages.ts';
import type { OperationPair } from './operation-pair.ts';

const LOCATION = 'request body';

export function compareRequestBody(pair: OperationPair): void {
  const { readers } = pair.context;
  const was = readRequestBody(pair.before, readers.before);
  const is = readRequestBody(pair.after, readers.after);
  if (was === undefined || is === undefined) {
    if (is !== undefined) pair.add(is.isRequired ? 'required-request-body-added' : 'optional-request-body-added', LOCATION);
    if (was !== undefined) pair.add('request-body-removed', LOCATION);
    return;
  }
  if (was.isRequired !== is.isRequired) pair.add(is.isRequired ? 'request-body-became-required' : 'request-body-became-optional', LOCATION);
  if (was.description !== is.description) pair.documentationChanged(LOCATION);
  compareContent(was.content, is.content, 'request', LOCATION, pair);
}
