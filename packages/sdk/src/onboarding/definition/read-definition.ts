import { open } from 'node:fs/promises';
import { type AdapterReading, type OnboardAdapter, readGiven } from '../adapters/adapter.ts';
import { AnswerTooLargeError, sendRequest } from '../http-request.ts';
import type { Metadata } from '../metadata/metadata.ts';
import { OnboardRefusal } from '../refusal.ts';
import { orAborted, runInSlices } from '../time.ts';
import { collectRoutes } from './collect-routes.ts';
import { type Definition, toDefinition } from './definition.ts';
import { documentFromRoutes } from './document-from-routes.ts';
import { serializeJson, tooLarge } from './serialize-json.ts';

/** Where the OpenAPI document of a service is: an adapter of its framework, the document itself, or where to read it. */
export type DefinitionSource = OnboardAdapter | { url: string | URL } | { file: string } | { document: object | string | (() => unknown) };

export interface ReadLimits {
  bytesMax: number;
  signal: AbortSignal;
}

export function isAdapter(source: DefinitionSource): source is OnboardAdapter {
  return 'read' in source && typeof source.read === 'function';
}

/** Reads the document. Throws `OnboardRefusal` for one that cannot be used; other errors may pass. */
export async function readDefinition(source: DefinitionSource, metadata: Metadata, limits: ReadLimits): Promise<Definition> {
  if (typeof source !== 'object' || source === null)
    throw new OnboardRefusal(['definition is missing: give an adapter, { document }, { url } or { file }']);
  if (isAdapter(source)) return await readFromAdapter(source, metadata, limits);
  if ('url' in source) return await readFromUrl(source.url, limits);
  if ('file' in source) return await readFromFile(String(source.file), limits);
  const reading = 'document' in source ? await orAborted(readGiven(source.document), limits.signal) : undefined;
  if (reading?.kind === 'document') return await fromDocument(reading.document, 'the service', limits);
  throw new OnboardRefusal(['definition must be an adapter, { document }, { url } or { file }']);
}

async function readFromAdapter(adapter: OnboardAdapter, metadata: Metadata, limits: ReadLimits): Promise<Definition> {
  const service = { title: metadata.title ?? metadata.name, version: metadata.version ?? '0.0.0' };
  const reading: AdapterReading = await orAborted(Promise.resolve(adapter.read(service)), limits.signal);
  if (reading.kind === 'document') return await fromDocument(reading.document, adapter.framework, limits);
  const collected = await runInSlices(collectRoutes(reading.routes, reading.dialect), limits.signal);
  const { operations } = collected;
  const notes = [...(reading.notes ?? []), ...collected.notes];
  if (operations === 0) {
    const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    throw new OnboardRefusal([`${adapter.framework} has no routes yet${why}: call onboard after they are registered`]);
  }
  const written = await runInSlices(serializeJson(documentFromRoutes(collected, metadata), limits), limits.signal);
  return { ...written, format: 'json', operations, origin: `the routes of ${adapter.framework}`, notes };
}

async function fromDocument(document: unknown, origin: string, limits: ReadLimits): Promise<Definition> {
  if (typeof document === 'string') {
    // UTF-8 has at least one byte per character: what cannot fit is not copied first.
    if (document.length > limits.bytesMax) throw tooLarge(limits.bytesMax);
    return toDefinition(Buffer.from(document, 'utf8'), origin, limits.bytesMax);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new OnboardRefusal([`the document of ${origin} is no OpenAPI document: it is no object`]);
  }
  const { openapi, swagger } = document as Record<string, unknown>;
  if (typeof openapi !== 'string' && typeof swagger !== 'string') {
    throw new OnboardRefusal([`the document of ${origin} is no OpenAPI document: it has neither openapi nor swagger`]);
  }
  const written = await runInSlices(serializeJson(document, limits), limits.signal);
  return { ...written, format: 'json', operations: undefined, origin, notes: [] };
}

async function readFromFile(file: string, { bytesMax, signal }: ReadLimits): Promise<Definition> {
  const reading = async () => {
    const handle = await open(file, 'r');
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new OnboardRefusal([`cannot read ${file}: it is no file`]);
      if (status.size > bytesMax) throw tooLarge(bytesMax);
      // One byte more than there should be: a file that grows meanwhile is not taken by half.
      const buffer = Buffer.alloc(status.size + 1);
      let bytes = 0;
      for (let last = -1; last !== 0 && bytes < buffer.length; bytes += last) {
        last = (await handle.read(buffer, bytes, buffer.length - bytes)).bytesRead;
      }
      if (bytes !== status.size) throw new Error(`${file} changed while it was read`);
      return buffer.subarray(0, bytes);
    } finally {
      await handle.close();
    }
  };
  try {
    return toDefinition(await orAborted(reading(), signal), file, bytesMax);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    throw code === undefined ? error : new OnboardRefusal([`cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : code}`]);
  }
}

async function readFromUrl(given: string | URL, { bytesMax, signal }: ReadLimits): Promise<Definition> {
  const url = toHttpUrl(given);
  // Without user and query, where secrets are put.
  const shown = `${url.origin}${url.pathname}`;
  const { username, password } = url;
  const headers = {
    Accept: 'application/json, application/yaml, text/yaml;q=0.9, */*;q=0.1',
    'User-Agent': 'gatehouse-sdk',
    ...(username === ''
      ? {}
      : { Authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` }),
  };
  try {
    const { status, body } = await sendRequest({
      url: new URL(url.pathname + url.search, url.origin),
      method: 'GET',
      headers,
      bytesMax,
      signal,
    });
    if (status !== 200) throw new Error(`${shown} answered ${status}`);
    return toDefinition(body, shown, bytesMax);
  } catch (error) {
    throw error instanceof AnswerTooLargeError ? tooLarge(bytesMax) : error;
  }
}

function toHttpUrl(given: string | URL): URL {
  if (URL.canParse(String(given))) {
    const url = new URL(given);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  }
  throw new OnboardRefusal(['the URL of the definition must be an absolute http or https URL']);
}
