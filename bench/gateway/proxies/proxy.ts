import type { Command } from '../../process/children.ts';

/** Where a proxy is to listen and what it stands in front of. */
export interface Place {
  /** An empty directory of its own, for configuration, logs and data. */
  directory: string;
  port: number;
  /** For what it serves beside the traffic (metrics, readiness). */
  adminPort: number;
  /** Port of the origin on 127.0.0.1. */
  originPort: number;
}

/** One proxy in one configuration. To add one, write a descriptor and put it into proxies.ts. */
export interface ProxyDescriptor {
  /** For `--only`. */
  name: string;
  /** For tables. */
  title: string;
  /** `full`: key or rate limit, CORS, header edits, metrics and an access log in a file. */
  chain: 'bare' | 'full';
  /** What is missing here to run it and how to install it; undefined when nothing is. */
  missing(): string | undefined;
  /** Writes its configuration into the directory and says how to start it. One thread or worker. */
  prepare(place: Place): Promise<Command> | Command;
  /** Field that a response must carry: proof that a full chain is at work. */
  proof?: string;
  /** Files in its directory that grow with every request. */
  logs?: readonly string[];
  /** Gives it a new configuration that means the same, while it runs. `generation` grows from 1. */
  reconfigure?(place: Place, pid: number, generation: number): void;
  /** Gauge on the admin port's /metrics that grows with each configuration that was taken. */
  configurationGauge?: string;
}
