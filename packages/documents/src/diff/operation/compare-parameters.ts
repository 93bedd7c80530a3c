import type { SchemaReader } from '../schema/schema-reader.ts';
import type { OperationPair } from './operation-pair.ts';
import { type Parameter, readParameters } from './parameters.ts';

/** Compares the parameters of an operation, but not the parts of its body that 2.0 calls parameters. */
export function compareParameters(pair: OperationPair): void {
  const { readers } = pair.context;
  const before = readParameters(pair.before, readers.before);
  const after = readParameters(pair.after, readers.after);
  const removed: Parameter[] = [];
  for (const [key, was] of before) {
    const is = after.get(key);
    if (is === undefined) removed.push(was);
    else compareParameter(was, is, pair);
  }
  const added = new Map([...after].filter(([key]) => !before.has(key)).map(([, parameter]) => [parameter, parameter.name.toLowerCase()]));
  for (const was of removed) {
    const moved = [...added].find(([, name]) => name === was.name.toLowerCase())?.[0];
    if (moved === undefined) {
      pair.add('parameter-removed', locationOf(was), { name: was.name });
      continue;
    }
    added.delete(moved);
    pair.add('parameter-location-changed', locationOf(moved), { name: was.name, before: was.place, after: moved.place });
    compareParameter(was, moved, pair);
  }
  for (const is of added.keys()) {
    pair.add(is.isRequired ? 'required-parameter-added' : 'optional-parameter-added', locationOf(is), { name: is.name });
  }
}

function compareParameter(was: Parameter, is: Parameter, pair: OperationPair): void {
  const location = locationOf(is);
  const { readers } = pair.context;
  if (was.place === 'path' && is.place === 'path' && was.name !== is.name) {
    pair.add('path-parameter-renamed', location, { before: was.name, after: is.name });
  }
  if (was.isRequired !== is.isRequired) {
    pair.add(is.isRequired ? 'parameter-became-required' : 'parameter-became-optional', location, { name: is.name });
  }
  const hasStyle = was.place === is.place && isStructured(was, readers.before) && isStructured(is, readers.after);
  if (hasStyle && was.style !== is.style) {
    pair.add('parameter-style-changed', location, { name: is.name, before: was.style, after: is.style });
  }
  if (is.isDeprecated && !was.isDeprecated) pair.add('parameter-deprecated', location, { name: is.name });
  if (was.description !== is.description) pair.documentationChanged(location);
  pair.compareSchemas(was.schema, is.schema, 'request', location);
}

/** Single values are written the same in every style of a place. */
function isStructured({ schema, style }: Parameter, reader: SchemaReader): boolean {
  const { types } = reader.view(schema);
  return types === undefined || types.has('array') || types.has('object') || style.includes('/');
}

function locationOf({ place, name }: Parameter): string {
  return `request ${place} parameter "${name.slice(0, 100)}"`;
}
