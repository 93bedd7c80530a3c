import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import { type HubLog, toMessage } from './hub-log.ts';
import { type NodeWrite, writeNodes } from './node-rows.ts';

/** What comes within this time is written in one transaction. */
const COALESCE_MS = 5;

/** How long to wait before what could not be written is tried again. */
const RETRY_MS = 1_000;

/** Brings what is known of nodes into their rows, with few transactions. What cannot be written now is kept and tried again. */
export class NodeRowWriter {
  readonly #database: Database<ControlTables>;
  readonly #log: HubLog;
  #waiting = new Map<string, NodeWrite>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(database: Database<ControlTables>, log: HubLog) {
    this.#database = database;
    this.#log = log;
  }

  /** `soon`: publishers may wait for it; otherwise it goes with what is next written, or with `flush`. */
  write(write: NodeWrite, soon: boolean): void {
    this.#waiting.set(write.id, merge(this.#waiting.get(write.id), write));
    if (soon) this.#schedule(COALESCE_MS);
  }

  /** Writes what is waiting. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#flush());
    return this.#writing;
  }

  async #flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const writes = this.#waiting;
    this.#waiting = new Map();
    try {
      await writeNodes(this.#database, [...writes.values()]);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.error({ error: toMessage(error) }, 'The state of nodes cannot be written; it is tried again');
      this.#failing = true;
      for (const [id, newer] of this.#waiting) writes.set(id, merge(writes.get(id), newer));
      this.#waiting = writes;
      this.#schedule(RETRY_MS);
    }
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms);
    this.#timer.unref();
  }
}

function merge(older: NodeWrite | undefined, newer: NodeWrite): NodeWrite {
  if (older === undefined || newer.connect !== undefined) return newer;
  return { ...older, update: { ...older.update, ...newer.update } };
}
