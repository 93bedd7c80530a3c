import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A client that sends without end. */
export interface Flood {
  socket: Socket;
  /** Bytes that left for the gateway. */
  taken: number;
  /** Resolves when nothing more is taken. */
  stalled(): Promise<void>;
  /** Reads on, and stops to send when something comes. Resolves with what was answered when the gateway has closed. */
  closed(): Promise<string>;
}

/** A client that writes the same for ever, as fast as it is taken, and reads nothing. */
export async function flood(port: number, piece: string, begin = ''): Promise<Flood> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => socket.destroy());
  socket.pause();
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  let stopped = false;
  const result: Flood = {
    socket,
    taken: 0,
    stalled: () => stable(() => (result.taken === 0 ? -1 : result.taken)),
    closed: () =>
      new Promise((resolve) => {
        let received = '';
        socket.setEncoding('latin1').on('data', (text: string) => {
          received += text;
          stopped = true;
        });
        socket.once('close', () => resolve(received));
        socket.resume();
      }),
  };
  const bytes = Buffer.from(piece, 'latin1');
  socket.write(begin);
  const write = () => {
    socket.write(bytes, (error) => {
      if (error || stopped || !socket.writable) return;
      result.taken += bytes.length;
      // In another turn: what fits into the system's buffers would otherwise be written before anything is read.
      setImmediate(write);
    });
  };
  write();
  return result;
}

/** Waits until a number that is not negative has not changed for a while. Rejects when it does not come to rest. */
export async function stable(number: () => number): Promise<void> {
  let before = -1;
  for (let quiet = 0, i = 0; quiet < 8; i++) {
    if (i > 400) throw new Error(`It does not come to rest: ${number()}`);
    await sleep(25);
    const now = number();
    quiet = now === before && now >= 0 ? quiet + 1 : 0;
    before = now;
  }
}
