import type { LocationRef } from '../model/location-ref.ts';
import { splitDocuments } from '../parsing/split-documents.ts';
import { bundleDefinition } from './bundle-definition.ts';
import { parseText } from './parse-text.ts';
import type { ReadLog } from './read-log.ts';

export interface PlaceholderCall {
  /** Without its dollar sign. */
  key: string;
  /** As it is written. */
  value: string;
  /** What the value means. */
  location: LocationRef;
  log: ReadLog;
}

/** Gives what a placeholder stands for. Throws an Error with a text for the author of the entity. */
export type PlaceholderResolver = (call: PlaceholderCall) => Promise<unknown>;

async function readText({ key, value, location, log }: PlaceholderCall): Promise<string> {
  try {
    return (await log.read(location)).text;
  } catch (error) {
    throw new Error(`Placeholder $${key} could not read location ${value}, ${error}`);
  }
}

const text: PlaceholderResolver = readText;

const json: PlaceholderResolver = async (call) => {
  const content = await readText(call);
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(`Placeholder $${call.key} failed to parse JSON data at ${call.value}, ${error}`);
  }
};

const yaml: PlaceholderResolver = async (call) => {
  const content = await readText(call);
  const documents = [...splitDocuments(content)];
  const [first] = documents;
  if (first === undefined || documents.length !== 1) {
    throw new Error(`Placeholder $${call.key} expected to find exactly one document of data at ${call.value}, found ${documents.length}`);
  }
  try {
    return parseText(first.text, call.value);
  } catch (error) {
    throw new Error(`Placeholder $${call.key} found an error in the data at ${call.value}, ${error}`);
  }
};

const bundled: PlaceholderResolver = async (call) => {
  const content = await readText(call);
  try {
    return await bundleDefinition(content, call.location, call.log);
  } catch (error) {
    throw new Error(`Placeholder $${call.key} unable to bundle the specification at ${call.value}, ${error}`);
  }
};

/** `$text`, `$json` and `$yaml` as Backstage's core has them, `$openapi` and `$asyncapi` as its module for definitions of several files. */
export const PLACEHOLDER_RESOLVERS: ReadonlyMap<string, PlaceholderResolver> = new Map([
  ['text', text],
  ['json', json],
  ['yaml', yaml],
  ['openapi', bundled],
  ['asyncapi', bundled],
]);
