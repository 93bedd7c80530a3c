import type { MockIntegrationUse } from '@gatehouse/contract';
import { type Cursor, setOwn } from './definition-document.ts';
import type { ImportContext, OperationScope } from './import-context.ts';
import { exampleOf, NO_EXAMPLE } from './schema-example.ts';

export interface ExampleChoice {
  /** The response to answer with; absent: the first that reports success. */
  status?: number;
  /** Name of an entry of `examples`; absent: whichever comes first. */
  example?: string;
}

const BODY_BYTES_MAX = 256 * 1024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;

/** An answer made of what the operation's responses give as examples, or undefined when there is no such response or example. */
export function exampleAnswer(scope: OperationScope, choice: ExampleChoice, context: ImportContext): MockIntegrationUse | undefined {
  const chosen = chooseResponse(scope, choice.status, context);
  if (chosen === undefined) return choice.example === undefined && choice.status !== undefined ? emptyAnswer(choice.status) : undefined;
  const { status, response } = chosen;
  const media = context.version === '2.0' ? mediaOfVersion2(response, scope, choice, context) : mediaOfVersion3(response, choice, context);
  if (choice.example !== undefined && media.length === 0) return undefined;
  const bodies = hasNoBody(status) ? [] : media.filter((body) => Buffer.byteLength(body.text) <= BODY_BYTES_MAX);
  return { kind: 'mock', status, headers: exampleHeaders(response, context), bodies };
}

function emptyAnswer(status: number): MockIntegrationUse {
  return { kind: 'mock', status, headers: {}, bodies: [] };
}

/** RFC 9110: 1xx, 204, 205 and 304 have no content. */
function hasNoBody(status: number): boolean {
  return status < 200 || status === 204 || status === 205 || status === 304;
}

function chooseResponse(
  scope: OperationScope,
  wanted: number | undefined,
  context: ImportContext,
): { status: number; response: Cursor } | undefined {
  const responses = context.references.child(scope.operation, 'responses');
  const keys = Object.keys(responses?.value ?? {});
  const key =
    wanted === undefined
      ? (keys.filter((name) => /^2\d\d$/.test(name)).sort()[0] ??
        keys.find((name) => /^2XX$/i.test(name)) ??
        keys.find((name) => name === 'default'))
      : (keys.find((name) => name === String(wanted)) ??
        keys.find((name) => name.toUpperCase() === `${String(wanted)[0]}XX`) ??
        keys.find((name) => name === 'default'));
  const written = key === undefined ? undefined : responses?.get(key);
  const response = written === undefined ? undefined : context.references.resolve(written);
  if (key === undefined || response === undefined) return undefined;
  return { status: wanted ?? (/^\d{3}$/.test(key) ? Number(key) : 200), response };
}

function mediaOfVersion3(response: Cursor, choice: ExampleChoice, context: ImportContext): MockIntegrationUse['bodies'] {
  const bodies: MockIntegrationUse['bodies'] = [];
  for (const [mediaType, written] of context.references.child(response, 'content')?.properties() ?? []) {
    const media = context.references.resolve(written);
    const value = media === undefined ? NO_EXAMPLE : mediaExample(media, choice, context);
    addBody(bodies, mediaType, value);
  }
  return bodies;
}

function mediaExample(media: Cursor, choice: ExampleChoice, context: ImportContext): unknown {
  const single = media.get('example');
  if (single !== undefined && choice.example === undefined) return single.value;
  for (const [name, written] of context.references.child(media, 'examples')?.properties() ?? []) {
    if (choice.example !== undefined && choice.example !== name) continue;
    const value = context.references.resolve(written)?.get('value');
    if (value !== undefined) return value.value;
  }
  const schema = media.get('schema');
  return schema === undefined || choice.example !== undefined ? NO_EXAMPLE : exampleOf(schema, context.references);
}

/** OpenAPI 2.0: `examples` by media type, else the schema in the first media type that the operation or the document produces. */
function mediaOfVersion2(
  response: Cursor,
  scope: OperationScope,
  choice: ExampleChoice,
  context: ImportContext,
): MockIntegrationUse['bodies'] {
  const bodies: MockIntegrationUse['bodies'] = [];
  for (const [mediaType, example] of response.get('examples')?.properties() ?? []) {
    if (choice.example === undefined || choice.example === mediaType) addBody(bodies, mediaType, example.value);
  }
  const schema = response.get('schema');
  if (bodies.length > 0 || schema === undefined || choice.example !== undefined) return bodies;
  const produced = (scope.operation.get('produces') ?? scope.root.get('produces'))?.get(0)?.value;
  addBody(bodies, typeof produced === 'string' ? produced : 'application/json', exampleOf(schema, context.references));
  return bodies;
}

function addBody(bodies: MockIntegrationUse['bodies'], mediaType: string, value: unknown): void {
  if (value === NO_EXAMPLE) return;
  const contentType =
    mediaType === '*/*' || mediaType === 'application/*' ? 'application/json' : mediaType.replace(/^text\/\*/, 'text/plain');
  const isJson = /[/+]json\b/i.test(contentType);
  // Of a made-up object there is no XML or form: nothing is better than JSON under a wrong name.
  if (!isJson && typeof value === 'object' && value !== null) return;
  // People write JSON examples as text too.
  const text = typeof value === 'string' && (!isJson || /^\s*[[{]/.test(value)) ? value : JSON.stringify(value);
  if (text !== undefined) bodies.push({ contentType, text });
}

function exampleHeaders(response: Cursor, context: ImportContext): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, written] of context.references.child(response, 'headers')?.properties() ?? []) {
    const lowerName = name.toLowerCase();
    // OpenAPI 3 says that a Content-Type here is ignored; the length is ours to know.
    if (!TOKEN.test(name) || lowerName === 'content-type' || lowerName === 'content-length' || lowerName === 'transfer-encoding') continue;
    const value = headerExample(context.references.resolve(written), context);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    if (/^[\t\x20-\x7e\x80-\xff]{0,8192}$/.test(String(value))) setOwn(headers, lowerName, `'${value}'`);
  }
  return headers;
}

/** Only what is given as an example: a made-up header field, unlike a made-up body, is rarely what a client wants. */
function headerExample(header: Cursor | undefined, context: ImportContext): unknown {
  if (header === undefined) return undefined;
  const named = header.get('examples')?.properties()[0]?.[1];
  const written = header.get('schema');
  const schema = written === undefined ? undefined : context.references.resolve(written);
  return (
    header.get('example') ??
    header.get('x-example') ??
    (named === undefined ? undefined : context.references.resolve(named)?.get('value')) ??
    schema?.get('example') ??
    schema?.get('examples')?.get(0) ??
    schema?.get('default') ??
    header.get('default')
  )?.value;
}
