import type { NodeMessage } from '@gatehouse/contract';
import { Doubt } from './doubt.ts';

/** Reads a stream message by message. A stream that says nothing for too long counts as dead: a broken connection need not show. */
export class StreamReader {
  readonly #iterator: AsyncIterator<NodeMessage>;
  readonly #broken: Promise<never>;
  /** Longest silence. */
  silenceMs: number;

  /** `broken` rejects when the stream is to be left for another reason. */
  constructor(messages: AsyncIterable<NodeMessage>, silenceMs: number, broken: Promise<never>) {
    this.#iterator = messages[Symbol.asyncIterator]();
    this.silenceMs = silenceMs;
    this.#broken = broken;
  }

  /** Throws `Doubt` when the stream ends or is silent. */
  async next(): Promise<NodeMessage> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Doubt(`nothing was heard for ${this.silenceMs} ms`)), this.silenceMs);
    });
    try {
      const result = await Promise.race([this.#iterator.next(), silence, this.#broken]);
      if (result.done === true) throw new Doubt('the control plane ended the stream');
      return result.value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it, without waiting for a transport that may not answer: whatever it says now concerns nobody any more. */
  close(): void {
    this.#iterator.return?.().catch(() => undefined);
  }
}
