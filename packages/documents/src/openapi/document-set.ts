import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '@gatehouse/contract';
import { parseYaml } from '../source/yaml-source.ts';
import type { DefinitionDocument, DocumentOrigin } from './definition-document.ts';

/** Documents that one definition may consist of. */
const DOCUMENTS_MAX = 500;
const DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;
const TOTAL_BYTES_MAX = 128 * 1024 * 1024;

/** A document, or why there is none: one sentence for the person who wrote the reference. */
export type Loaded = { document: DefinitionDocument } | { refused: string; problems?: Problem[] };

/** Reads the documents of one definition, each once. */
export class DocumentSet {
  readonly #fetchText: ((url: string) => Promise<string>) | undefined;
  readonly #loaded = new Map<string, Loaded>();
  readonly #inputs = new Set<string>();
  #bytes = 0;

  constructor(fetchText: ((url: string) => Promise<string>) | undefined) {
    this.#fetchText = fetchText;
  }

  /** Absolute paths of every file that was read or that could not be read, so that its appearance is noticed too. */
  get inputs(): string[] {
    return [...this.#inputs];
  }

  add(document: DefinitionDocument): void {
    this.#loaded.set(document.id, { document });
  }

  /** What `load` has already found, without reading anything. */
  get(id: string): DefinitionDocument | undefined {
    const loaded = this.#loaded.get(id);
    return loaded !== undefined && 'document' in loaded ? loaded.document : undefined;
  }

  async load(origin: DocumentOrigin): Promise<Loaded> {
    const id = originId(origin);
    const known = this.#loaded.get(id);
    if (known !== undefined) return known;
    const loaded =
      this.#loaded.size >= DOCUMENTS_MAX
        ? { refused: `a definition may have at most ${DOCUMENTS_MAX} documents` }
        : await this.#read(origin, id);
    this.#loaded.set(id, loaded);
    return loaded;
  }

  async #read(origin: DocumentOrigin, id: string): Promise<Loaded> {
    const text = origin.kind === 'file' ? await this.#readFile(origin.path) : await this.#fetch(id);
    if (typeof text !== 'string') return text;
    this.#bytes += text.length;
    if (text.length > DOCUMENT_BYTES_MAX || this.#bytes > TOTAL_BYTES_MAX) {
      return {
        refused: `it is larger than ${DOCUMENT_BYTES_MAX / 2 ** 20} MiB, or all documents together larger than ${TOTAL_BYTES_MAX / 2 ** 20} MiB`,
      };
    }
    const file = origin.kind === 'file' ? displayPath(origin.path) : id;
    try {
      const { source, problems } = parseYaml(file, text);
      if (source === undefined) return { refused: 'it is not valid YAML or JSON', problems };
      return { document: { id, origin, value: source.value, placeOf: (at, options) => source.placeOf(at, options) } };
    } catch (error) {
      // Nesting deep enough to end the parser's stack, or aliases that expand without bound.
      return { refused: `it cannot be parsed (${error instanceof Error ? error.message : String(error)})` };
    }
  }

  async #readFile(file: string): Promise<string | Loaded> {
    this.#inputs.add(file);
    try {
      const info = await stat(file);
      if (!info.isFile()) return { refused: 'it is not a file' };
      if (info.size > DOCUMENT_BYTES_MAX) return { refused: `it is larger than ${DOCUMENT_BYTES_MAX / 2 ** 20} MiB` };
      return await readFile(file, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return { refused: code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(code ?? error)})` };
    }
  }

  async #fetch(url: string): Promise<string | Loaded> {
    if (this.#fetchText === undefined) {
      return { refused: 'documents are not fetched from URLs here: save it beside the definition and refer to the file' };
    }
    try {
      return await this.#fetchText(url);
    } catch (error) {
      return { refused: `it cannot be fetched (${error instanceof Error ? error.message : String(error)})` };
    }
  }
}

/**
 * Where a reference leads, as seen from the document that it stands in, or why it must not lead there. A document that came from
 * a URL, or from a caller, must not make this machine read its files (CWE-73), so only files refer to files.
 */
export function resolveLocation(location: string, from: DocumentOrigin): DocumentOrigin | { refused: string } {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]{1,20}):/.exec(location)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https' || from.kind === 'url') {
    const url = URL.parse(location, from.kind === 'url' ? from.url : undefined);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      return { refused: 'a document that came from a URL may refer only to URLs' };
    }
    url.hash = '';
    return { kind: 'url', url: url.href };
  }
  if (scheme !== undefined && scheme !== 'file') return { refused: `${scheme}: is not a way to refer to a document` };
  const directory = from.kind === 'file' ? path.dirname(from.path) : from.baseDir;
  if (directory === undefined) return { refused: 'a definition that is not a file itself may not refer to files' };
  try {
    return { kind: 'file', path: scheme === 'file' ? fileURLToPath(location) : path.resolve(directory, decodeURIComponent(location)) };
  } catch {
    return { refused: 'it is not a valid relative URL' };
  }
}

export function originId(origin: DocumentOrigin): string {
  if (origin.kind === 'inline') return '';
  return origin.kind === 'file' ? origin.path : origin.url;
}

/** A path as a person would type it where the command was started. */
export function displayPath(absolute: string): string {
  const relative = path.relative(process.cwd(), absolute);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative;
}
