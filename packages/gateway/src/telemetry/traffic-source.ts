import type { TakenTraffic } from './traffic-recorder.ts';

/** Where a node takes what it tells its control plane of the traffic. */
export interface TrafficSource {
  /** Asks the threads for what they have counted and not handed over yet. Those that do not answer at once hand it over later. */
  collect(): Promise<void>;
  /** See `TrafficRecorder.take`. */
  take(seriesMax: number, callsMax: number): TakenTraffic | null;
  /** Requests that are counted and not taken. */
  waitingRequests(): number;
}
