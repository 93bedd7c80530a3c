import { constants } from 'node:fs';
import { glob, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocationRef } from '../model/location-ref.ts';
import { type Content, type ContentReader, type NotModified, type ReadOptions, toContent } from './content.ts';
import { ReadingError } from './reading-error.ts';

export interface FileReaderOptions {
  /** Directories below which files may be read; absolute. */
  directories: readonly string[];
  /** Bytes of a file. Default: 32 MiB. */
  bytesMax?: number;
}

/** A file that a pattern found. */
export interface ListedFile {
  /** Absolute, as the pattern reaches it. */
  path: string;
  bytes: number;
  /** Changes whenever the file is written or replaced: equal to that of `read`. */
  etag: string;
}

/** Files of one pattern; a pattern with more was meant otherwise. */
const FILES_MAX = 100_000;
/** Nobody means the files of other packages or of Git by `**`. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Reads files, and only below the directories that it was given: no `..`, and no symbolic link, leads out of them. */
export class FileReader implements ContentReader {
  readonly #directories: readonly string[];
  readonly #bytesMax: number;

  constructor(options: FileReaderOptions) {
    this.#directories = options.directories.map((directory) => path.resolve(directory));
    this.#bytesMax = options.bytesMax ?? 32 * 1024 * 1024;
  }

  /** Reads a location of type `file` (an absolute path). Throws a ReadingError. */
  async read(location: LocationRef, options: ReadOptions = {}): Promise<Content | NotModified> {
    if (location.type !== 'file') throw new ReadingError('invalid-target', `a location of type ${location.type} is not a file`);
    const file = await this.#locate(location.target);
    // Without O_NONBLOCK, to open a named pipe is to wait for whoever writes into it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
      asReadingError(location.target),
    );
    try {
      const info = await handle.stat({ bigint: true });
      if (!info.isFile()) throw new ReadingError('not-found', `${location.target} is not a file`);
      const etag = etagOf(info);
      if (options.known?.etag === etag) return { notModified: true };
      const bytesMax = options.bytesMax ?? this.#bytesMax;
      const tooLarge = () =>
        new ReadingError('too-large', `${location.target} is larger than ${bytesMax} bytes, more than the catalog reads from one place`);
      if (info.size > bytesMax) throw tooLarge();
      const bytes = await handle.readFile();
      if (bytes.length > bytesMax) throw tooLarge();
      return toContent(bytes, location.target, { etag });
    } finally {
      await handle.close();
    }
  }

  /**
   * Files that a path or pattern (`./catalog/**\/*.yaml`, relative to `baseDir`) names, sorted. A path without a pattern that does not
   * exist, and one outside the directories, throw a ReadingError.
   */
  async list(pattern: string, baseDir: string): Promise<ListedFile[]> {
    const absolute = path.resolve(baseDir, pattern);
    const fixed = fixedPart(absolute);
    this.#assertInside(fixed, pattern);
    if (fixed === absolute) return [await this.#describe(absolute)];
    const files: ListedFile[] = [];
    for await (const found of glob(absolute, { exclude: (name) => SKIPPED.has(path.basename(name)) })) {
      const file = await this.#describe(found).catch(unlessUnusable);
      if (file !== undefined) files.push(file);
      if (files.length > FILES_MAX) throw new ReadingError('too-large', `${pattern} names more than ${FILES_MAX} files`);
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** A path relative to the file of the base, or an absolute one; `file:` URLs too. http and https URLs are of type `url`. */
  resolve(reference: string, base: LocationRef): LocationRef {
    const url = URL.canParse(reference) ? new URL(reference) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return { type: 'url', target: url.href };
    return { type: 'file', target: url?.protocol === 'file:' ? fileURLToPath(url) : path.resolve(path.dirname(base.target), reference) };
  }

  async #describe(file: string): Promise<ListedFile> {
    const info = await stat(await this.#locate(file), { bigint: true }).catch(asReadingError(file));
    if (!info.isFile()) throw new ReadingError('not-found', `${file} is not a file`);
    return { path: file, bytes: Number(info.size), etag: etagOf(info) };
  }

  /** Where a path really leads, checked to be inside: a link in an allowed directory may point anywhere. */
  async #locate(file: string): Promise<string> {
    this.#assertInside(path.resolve(file), file);
    const real = await realpath(file).catch(asReadingError(file));
    for (const directory of this.#directories) {
      const root = await realpath(directory).catch(() => undefined);
      if (root !== undefined && isInside(real, root)) return real;
    }
    throw this.#outside(file);
  }

  #assertInside(absolute: string, shown: string): void {
    if (!this.#directories.some((directory) => isInside(absolute, directory))) throw this.#outside(shown);
  }

  #outside(file: string): ReadingError {
    return new ReadingError(
      'not-allowed',
      `${file} is outside of the directories that the catalog reads; add a location of type file for it to catalog.locations`,
    );
  }
}

function isInside(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The directories before the first part that is a pattern; the whole path when none is. */
function fixedPart(absolute: string): string {
  const parts = absolute.split(path.sep);
  const pattern = parts.findIndex((part) => /[*?[\]{}!]/.test(part));
  return pattern === -1 ? absolute : parts.slice(0, pattern).join(path.sep) || path.sep;
}

function etagOf(info: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  // The time of the last change of the inode too: a copy may keep the time of its content.
  return `"${info.ino.toString(36)}-${info.size.toString(36)}-${info.mtimeNs.toString(36)}-${info.ctimeNs.toString(36)}"`;
}

function asReadingError(file: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ReadingError('not-found', `${file} does not exist`);
    // It was no link when its real path was taken.
    if (code === 'ELOOP') throw new ReadingError('not-allowed', `${file} changed while it was read`);
    throw new ReadingError('unreachable', `${file} cannot be read (${code})`, { cause: error });
  };
}

/** What a pattern finds and nobody may read, or what has just gone, is left out. */
function unlessUnusable(error: unknown): undefined {
  if (error instanceof ReadingError && (error.code === 'not-found' || error.code === 'not-allowed')) return undefined;
  throw error;
}
