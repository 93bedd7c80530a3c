import { randomUUID } from 'node:crypto';
import { type DebugCall, type DebugResult, debugResult, type NodeReport } from '@gatehouse/contract';
import { Refusal } from '../operation/refusal.ts';
import type { NodeStream } from './node-stream.ts';

type DebugReport = Extract<NodeReport, { type: 'debugged' | 'debug-failed' }>;

interface Waiting {
  stream: NodeStream;
  resolve(result: DebugResult): void;
  reject(error: Refusal): void;
}

/** Calls that one node has not answered yet. Each holds up to a megabyte. */
const WAITING_MAX = 16;

/** Debug calls that nodes have been asked for and have not answered yet. */
export class DebugCalls {
  readonly #waiting = new Map<string, Waiting>();

  /** Sends the call and waits for what came of it. Rejects with `Refusal` (`debug.unavailable`). */
  run(stream: NodeStream, call: DebugCall, timeoutMs: number): Promise<DebugResult> {
    const { name } = stream.hello;
    let asked = 0;
    for (const waiting of this.#waiting.values()) if (waiting.stream === stream) asked++;
    if (asked >= WAITING_MAX) {
      const detail = `Node ${name} has ${WAITING_MAX} debug calls to answer already: try again in a moment`;
      return Promise.reject(new Refusal('debug.unavailable', detail));
    }
    const id = randomUUID();
    return new Promise<DebugResult>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, `Node ${name} did not answer within ${Math.round(timeoutMs / 1000)} s`), timeoutMs);
      this.#waiting.set(id, {
        stream,
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      stream.debug({ type: 'debug', id, call, untilMs: Date.now() + timeoutMs });
    });
  }

  /** An answer that nobody waits for any more is dropped, and so is one from a node that was not asked. */
  answer(nodeId: string, report: DebugReport): void {
    const waiting = this.#waiting.get(report.id);
    if (waiting === undefined || waiting.stream.hello.id !== nodeId) return;
    if (report.type === 'debug-failed')
      return this.#fail(report.id, `Node ${waiting.stream.hello.name} could not run it: ${report.message}`);
    // Of another version, it may be something else than this one knows: that is no reason to lose its stream.
    const { success, data } = debugResult.safeParse(report.result);
    if (!success) return this.#fail(report.id, `Node ${waiting.stream.hello.name} answered with something that is not known here`);
    this.#waiting.delete(report.id);
    waiting.resolve(data);
  }

  /** The stream ended: what was asked over it is not answered any more. */
  streamEnded(stream: NodeStream): void {
    for (const [id, waiting] of this.#waiting)
      if (waiting.stream === stream) this.#fail(id, `Node ${stream.hello.name} was lost before it answered`);
  }

  #fail(id: string, detail: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.stream.withdrawDebug(id);
    waiting?.reject(new Refusal('debug.unavailable', detail));
  }
}
