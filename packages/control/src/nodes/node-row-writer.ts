import { type Database, DatabaseUnavailableError } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import { type HubLog, toMessage } from './hub-log.ts';
import { type NodeWrite, writeNodes } from './node-rows.ts';

/** What comes within this time is written in one transaction. */
const COALESCE_MS = 5;

/** How long to wait before what could not be written is tried again. */
const RETRY_MS = 1_000;

/**
 * Brings what is known of nodes into their rows, with few transactions. What cannot be written now is kept and tried again; what the
 * database refuses is left out, so that nothing that one node says keeps the others' from being written.
 */
export class NodeRowWriter {
  readonly #database: Database<ControlTables>;
  readonly #log: HubLog;
  /** By node and token: what one token says of a node must not become part of what another says. */
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
    const key = keyOf(write);
    this.#waiting.set(key, merge(this.#waiting.get(key), write));
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
      if (error instanceof DatabaseUnavailableError) this.#keep(writes, error);
      else await this.#writeEach(writes);
    }
  }

  async #writeEach(writes: Map<string, NodeWrite>): Promise<void> {
    for (const [key, write] of [...writes]) {
      try {
        await writeNodes(this.#database, [write]);
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) return this.#keep(writes, error);
        this.#log.error({ node: write.id, error: toMessage(error) }, 'What a node says is refused by the database: it is left out');
      }
      writes.delete(key);
    }
    this.#failing = false;
  }

  #keep(writes: Map<string, NodeWrite>, error: DatabaseUnavailableError): void {
    if (!this.#failing) this.#log.error({ error: error.message }, 'The state of nodes cannot be written; it is tried again');
    this.#failing = true;
    for (const [key, newer] of this.#waiting) writes.set(key, merge(writes.get(key), newer));
    this.#waiting = writes;
    this.#schedule(RETRY_MS);
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms);
    this.#timer.unref();
  }
}

function keyOf({ id, token }: NodeWrite): string {
  return `${token ?? ''}\n${id}`;
}

function merge(older: NodeWrite | undefined, newer: NodeWrite): NodeWrite {
  if (older === undefined || newer.connect !== undefined) return newer;
  return { ...older, update: { ...older.update, ...newer.update } };
}
