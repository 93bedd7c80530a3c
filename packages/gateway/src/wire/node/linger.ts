import type { Socket } from 'node:net';

/** How long, and for how many bytes, we read on after the last answer on a connection. */
const LINGER_MS = 1000;
const LINGER_BYTES_MAX = 1024 * 1024;

/** Connections whose last answer is on its way, or out. */
const closing = new WeakSet<Socket>();

/**
 * Whether nothing more of a connection may be served. What a client sent behind a request that was refused is not a request: the two
 * sides may not agree on where it begins.
 */
export function isClosing(socket: Socket): boolean {
  return closing.has(socket);
}

/**
 * Makes the close that follows an answer wait until the client has read it. A connection that is closed while request bytes are still
 * unread is reset by the kernel, and the reset can overtake the answer; so we end our side, read on for a moment and throw that away.
 */
export function lingerBeforeClose(socket: Socket): void {
  if (closing.has(socket)) return;
  closing.add(socket);
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
