import { stat } from 'node:fs/promises';
import path from 'node:path';

const INTERVAL_MS = 500;
/** More are looked at by the schedule only. */
const PATHS_MAX = 2_000;

/**
 * Calls back when one of the files has changed, or when something has come into or gone from their directories. It looks at them
 * twice a second: that works the same on every platform and on network file systems.
 */
export class PathWatcher {
  #paths: readonly string[] = [];
  #seen = '';
  #isLooking = false;
  #changed: (() => void) | undefined;

  /** Looks from now on. Returns what ends it. */
  start(changed: () => void): () => void {
    this.#changed = changed;
    const timer = setInterval(() => void this.#check(changed), INTERVAL_MS);
    timer.unref();
    return () => {
      clearInterval(timer);
      this.#changed = undefined;
    };
  }

  /** What to look at. Calls back when that is new: it may have changed between its reading and now. */
  async watch(files: readonly string[]): Promise<void> {
    const fixed = files.map(withoutPattern);
    const paths = new Set<string>();
    for (const file of fixed) {
      paths.add(file);
      paths.add(path.dirname(file));
      if (paths.size > PATHS_MAX) break;
    }
    const chosen = [...paths].sort();
    if (chosen.join('\n') === this.#paths.join('\n')) return;
    this.#paths = chosen;
    this.#seen = await look(chosen);
    this.#changed?.();
  }

  async #check(changed: () => void): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const paths = this.#paths;
      const now = await look(paths);
      if (paths !== this.#paths || now === this.#seen) return;
      this.#seen = now;
      changed();
    } finally {
      this.#isLooking = false;
    }
  }
}

function withoutPattern(file: string): string {
  const parts = file.split(path.sep);
  const pattern = parts.findIndex((part) => /[*?[\]{}]/.test(part));
  return pattern === -1 ? file : parts.slice(0, pattern).join(path.sep) || path.sep;
}

async function look(paths: readonly string[]): Promise<string> {
  const states = await Promise.all(
    paths.map((file) =>
      stat(file).then(
        ({ mtimeMs, ctimeMs, size, ino }) => `${mtimeMs} ${ctimeMs} ${size} ${ino}`,
        () => 'missing',
      ),
    ),
  );
  return states.join('\n');
}
