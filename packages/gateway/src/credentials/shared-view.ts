import { BLOCK_SIZE } from './layout.ts';

/** The shared memory of credentials as one thread sees it. It may have grown since a view was made; then `cover` makes a new one. */
export class SharedView {
  readonly #buffer: SharedArrayBuffer;
  words: Int32Array;
  bytes: Buffer;

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer;
    this.words = new Int32Array(buffer, 0, buffer.byteLength / 4);
    this.bytes = Buffer.from(buffer, 0, buffer.byteLength);
  }

  /** Makes sure that all of a block can be seen. */
  cover(block: number): void {
    const { words } = this;
    if (block + BLOCK_SIZE < words.length && block + (words[block + BLOCK_SIZE] as number) <= words.length) return;
    const { byteLength } = this.#buffer;
    this.words = new Int32Array(this.#buffer, 0, byteLength / 4);
    this.bytes = Buffer.from(this.#buffer, 0, byteLength);
  }
}
