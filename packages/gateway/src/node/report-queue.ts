import { setTimeout as delay } from 'node:timers/promises';
import type { NodeReport, NodeTransport } from '@gatehouse/contract';
import { toMessage } from './ports.ts';

const TRIES = 4;
const RETRY_MS = 200;
/** Of one request. */
const REPORTS_MAX = 500;

/**
 * Sends the reports of one stream in their order, as many at once as have come up meanwhile; but results of debug calls, which have
 * megabytes, each alone and after the others.
 */
export class ReportQueue {
  readonly #transport: NodeTransport;
  readonly #nodeId: string;
  readonly #onLost: (reason: string) => void;
  #waiting: NodeReport[] = [];
  #sending = false;
  #closed = false;

  /** `onLost`: reports could not be delivered; the stream is of no use then. */
  constructor(transport: NodeTransport, nodeId: string, onLost: (reason: string) => void) {
    this.#transport = transport;
    this.#nodeId = nodeId;
    this.#onLost = onLost;
  }

  send(report: NodeReport): void {
    if (this.#closed) return;
    // Of what it has, only the last word counts.
    if (report.type === 'alive') this.#waiting = this.#waiting.filter(({ type }) => type !== 'alive');
    this.#waiting.push(report);
    if (!this.#sending) void this.#send();
  }

  /** What was not sent is dropped: the next stream begins with how the node stands. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #take(): NodeReport[] {
    const small = this.#waiting.filter(({ type }) => type !== 'debugged');
    const taken = new Set(small.length > 0 ? small.slice(0, REPORTS_MAX) : this.#waiting.slice(0, 1));
    this.#waiting = this.#waiting.filter((report) => !taken.has(report));
    return [...taken];
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      const reports = this.#take();
      for (let attempt = 1; !this.#closed; attempt++) {
        try {
          await this.#transport.report(this.#nodeId, reports);
          break;
        } catch (error) {
          if (attempt === TRIES) {
            this.close();
            this.#onLost(`reports cannot be delivered: ${toMessage(error)}`);
            return;
          }
          await delay(RETRY_MS * attempt, undefined, { ref: false });
        }
      }
    }
    this.#sending = false;
  }
}
