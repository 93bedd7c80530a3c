import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { REQUEST_FIELDS, REQUEST_TARGET } from '../load/request.ts';

export interface Answer {
  /** 0: there was none; `error` says why. */
  status: number;
  error: string;
  fields: IncomingHttpHeaders;
  bytes: number;
}

/** The request of the bench, once, on a connection of its own. Never rejects. */
export function probe(port: number): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ status: 0, error: error.message, fields: {}, bytes: 0 });
    const signal = AbortSignal.timeout(2_000);
    request({ host: '127.0.0.1', port, path: REQUEST_TARGET, headers: Object.fromEntries(REQUEST_FIELDS), agent: false, signal })
      .on('response', (response) => {
        let bytes = 0;
        response
          .on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          })
          .on('end', () => resolve({ status: response.statusCode ?? 0, error: '', fields: response.headers, bytes }))
          .on('error', fail);
      })
      .on('error', fail)
      .end();
  });
}

/** Whether somebody accepts connections on a port of the loopback interface. */
export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The value of a gauge without labels in a Prometheus exposition; undefined when it is not there. */
export async function readGauge(port: number, name: string): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) });
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
