import { Socket } from 'node:net';
import { Client } from 'pg';
import { CONNECT_TIMEOUT_MS, connectionSettings } from './connection-settings.ts';
import { fromConnectError } from './postgres-faults.ts';

const HEARTBEAT_MS = 5_000;

/** A connection of its own, outside of the pool, that notices when it is dead. */
export interface Session {
  readonly client: Client;
  /** Resolves once, when the connection is over for whatever reason. */
  readonly lost: Promise<void>;
  /** Closes at once, whether the server answers or not. */
  end(): void;
}

/** Throws `DatabaseUnavailableError` when it cannot be had. */
export async function openSession(url: string, location: string): Promise<Session> {
  const socket = new Socket();
  const client = new Client({ ...connectionSettings(url), stream: () => socket, query_timeout: CONNECT_TIMEOUT_MS });
  const { promise: lost, resolve } = Promise.withResolvers<void>();
  let heartbeat: NodeJS.Timeout | undefined;
  const end = () => {
    clearInterval(heartbeat);
    socket.destroy();
    resolve();
  };
  client.on('error', end);
  client.on('end', end);
  try {
    await client.connect();
  } catch (error) {
    end();
    throw fromConnectError(error, location);
  }
  // A peer that vanished without a word, or stands still, never ends the connection by itself.
  heartbeat = setInterval(() => client.query('select 1').catch(end), HEARTBEAT_MS);
  heartbeat.unref();
  return { client, lost, end };
}
