import type { AppRecord, CredentialsState } from '@gatehouse/contract';
import { type CredentialsJournal, JournalWriter } from './credentials-journal.ts';
import type { NodeKey } from './node-key.ts';

/** Takes a whole set of credentials to the disk while it comes in. Never throws: a disk that fails is told of, and left out. */
export class CredentialsWriter {
  readonly #path: string;
  readonly #key: NodeKey;
  readonly #codeKey: string;
  readonly #onFailed: (error: unknown) => void;
  readonly #commit: (commit: () => Promise<CredentialsJournal>) => Promise<void>;
  #writer: JournalWriter | undefined;
  #failed = false;

  constructor(
    path: string,
    key: NodeKey,
    codeKey: string,
    onFailed: (error: unknown) => void,
    commit: (commit: () => Promise<CredentialsJournal>) => Promise<void>,
  ) {
    this.#path = path;
    this.#key = key;
    this.#codeKey = codeKey;
    this.#onFailed = onFailed;
    this.#commit = commit;
  }

  async add(apps: readonly AppRecord[]): Promise<void> {
    if (this.#failed) return;
    try {
      this.#writer ??= await JournalWriter.create(this.#path, this.#key, 'new');
      if (apps.length > 0) await this.#writer.add(apps);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async commit(state: CredentialsState): Promise<void> {
    await this.add([]);
    const writer = this.#writer;
    if (writer !== undefined && !this.#failed) await this.#commit(() => writer.commit(this.#path, this.#codeKey, state));
  }

  async discard(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#failed = true;
    try {
      await writer?.discard();
    } catch (error) {
      this.#onFailed(error);
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#onFailed(error);
    await this.discard();
  }
}
