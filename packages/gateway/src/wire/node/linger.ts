import type { Socket } from 'node:net';

/** How long, and for how many bytes, we read on after the last answer on a connection. */
const LINGER_MS = 1000;
const LINGER_BYTES_MAX = 1024 * 1024;

/**
 * Makes the close that follows an answer wait until the client has read it. A connection that is closed while request bytes are still
 * unread is reset by the kernel, and the reset can overtake the answer; so we end our side, read on for a moment and throw that away.
 */
export function lingerBeforeClose(socket: Socket): void {
  let bytes = 0;
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
    socket.removeAllListeners('data');
    socket.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > LINGER_BYTES_MAX) socket.destroy();
    });
    socket.once('end', () => socket.destroy());
    socket.resume();
  };
}
