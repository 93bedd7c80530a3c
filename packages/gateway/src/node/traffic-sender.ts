import type { NodeTransport, TrafficReport } from '@gatehouse/contract';
import type { TakenTraffic } from '../telemetry/traffic-recorder.ts';
import type { TrafficSource } from '../telemetry/traffic-source.ts';
import { NotUnderstood, TooLarge } from './doubt.ts';
import { type NodeLog, toMessage } from './ports.ts';
import { halve, inPieces } from './traffic-pieces.ts';

export interface TrafficSenderOptions {
  transport: NodeTransport;
  nodeId: string;
  bootId: string;
  source: TrafficSource;
  log: NodeLog;
  everyMs: number;
  /** Whether it is worth trying now. */
  isConnected(): boolean;
}

/** Of one report: some 200 KB. */
const SERIES_MAX = 500;
const CALLS_MAX = 500;

/** While reports are not taken, that is said this seldom. */
const REPEAT_LOG_MS = 300_000;

/**
 * Tells the control plane what went through the gateway, every some seconds, apart from other reports: that it cannot store figures now
 * ends no stream. A report stays until it is taken and is sent again under its number; what is counted meanwhile waits in the source.
 */
export class TrafficSender {
  readonly #options: TrafficSenderOptions;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  /** Taken, and too large for one report. */
  #pieces: TakenTraffic[] = [];
  #unsent: Omit<TrafficReport, 'sentAt'> | null = null;
  #sequence = 0;
  #saidAtMs: number | null = null;

  constructor(options: TrafficSenderOptions) {
    this.#options = options;
  }

  start(): void {
    const { everyMs } = this.#options;
    // Nodes that were started together do not all come at once.
    this.#schedule(everyMs / 2 + (Math.random() * everyMs) / 2);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Sends what there is; resolves with the requests that could not be told. Never rejects. */
  async sendRest(): Promise<number> {
    this.stop();
    await this.#options.source.collect();
    await this.#enqueue(() => this.#send());
    let requests = this.#options.source.waitingRequests();
    for (const { series } of [...this.#pieces, ...(this.#unsent === null ? [] : [this.#unsent])]) {
      for (const { requests: counted } of series) requests += counted;
    }
    return requests;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(async () => {
      const { source, isConnected, everyMs } = this.#options;
      // Also while nobody can be told: calls are sampled by period.
      await source.collect();
      if (isConnected()) await this.#enqueue(() => this.#send());
      if (this.#timer !== undefined) this.#schedule(everyMs);
    }, ms);
    this.#timer.unref();
  }

  /** One report after the other: the control plane knows by its number that it has one already. */
  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#sending = this.#sending.then(work);
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { transport, nodeId, bootId, source, log } = this.#options;
    for (;;) {
      if (this.#unsent === null) {
        if (this.#pieces.length === 0) {
          const taken = source.take(SERIES_MAX, CALLS_MAX);
          if (taken === null) return;
          this.#pieces = inPieces(taken);
        }
        const [piece, ...rest] = this.#pieces;
        if (piece === undefined) return;
        this.#pieces = rest;
        this.#unsent = { bootId, sequence: ++this.#sequence, ...piece };
      }
      const report: TrafficReport = { ...this.#unsent, sentAt: Date.now() };
      try {
        await transport.report(nodeId, [{ type: 'traffic', report }]);
      } catch (error) {
        if (!(error instanceof NotUnderstood)) return this.#noteFailure(error);
        const { series, calls, lost } = this.#unsent;
        // A proxy on the way may take less than the control plane.
        const halves = error instanceof TooLarge ? halve({ series, calls, lost }) : undefined;
        if (halves !== undefined) {
          this.#pieces = [...halves, ...this.#pieces];
          this.#unsent = null;
          continue;
        }
        log.error(
          { reason: toMessage(error), series: report.series.length },
          'The control plane cannot read figures of the traffic: they are left out',
        );
      }
      this.#unsent = null;
      this.#saidAtMs = null;
    }
  }

  #noteFailure(error: unknown): void {
    const nowMs = Date.now();
    if (this.#saidAtMs !== null && nowMs - this.#saidAtMs < REPEAT_LOG_MS) return;
    this.#saidAtMs = nowMs;
    this.#options.log.warn({ reason: toMessage(error) }, 'Figures of the traffic are not taken now; they are kept and sent again');
  }
}
