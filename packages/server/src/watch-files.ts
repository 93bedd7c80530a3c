import { stat } from 'node:fs/promises';

const INTERVAL_MS = 500;

/**
 * Calls back when one of the files has changed, appeared or gone. It looks at them twice a second: that works the same on every
 * platform, on network file systems, and for files that are replaced or reached through links.
 */
export class FileWatcher {
  readonly #changed: () => void;
  #files: readonly string[] = [];
  #seen = '';
  #timer: NodeJS.Timeout | null = null;
  #looking = false;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get files(): readonly string[] {
    return this.#files;
  }

  /** The files to watch from now on. `seen` is their state when they were read (see `look`): what changed since then is noticed. */
  watch(files: readonly string[], seen: string): void {
    this.#files = files;
    this.#seen = seen;
    if (this.#timer === null) {
      this.#timer = setInterval(() => void this.#check(), INTERVAL_MS);
      this.#timer.unref();
    }
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #check(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const now = await look(this.#files);
      if (now === this.#seen) return;
      this.#seen = now;
      this.#changed();
    } finally {
      this.#looking = false;
    }
  }
}

/** What tells one state of the files from another. */
export async function look(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map(async (file) => {
      try {
        const { mtimeMs, size, ino } = await stat(file);
        return `${file}|${mtimeMs}|${size}|${ino}`;
      } catch {
        return `${file}|missing`;
      }
    }),
  );
  return states.join('\n');
}
