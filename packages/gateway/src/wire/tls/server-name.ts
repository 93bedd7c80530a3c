import type { Socket } from 'node:net';

/** More bytes are needed. */
export const INCOMPLETE = null;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
/** What is looked at of a connection at the most; a ClientHello of today has two KiB. */
const HELLO_BYTES_MAX = 32 * 1024;

/**
 * The name that a ClientHello asks for (RFC 8446 section 4.1.2, RFC 6066 section 3), from the first bytes of a connection; undefined
 * when it asks for none, or when they are none; `INCOMPLETE` when more is needed. What it says decides only who goes on with the
 * handshake, which reads it again, and which is held against it: to err here is to refuse.
 */
export function readServerName(bytes: Buffer): string | undefined | typeof INCOMPLETE {
  const message = readMessage(bytes);
  return message === undefined || message === INCOMPLETE ? message : nameIn(message);
}

/** The ClientHello without its header, put together from its records. */
function readMessage(bytes: Buffer): Buffer | undefined | typeof INCOMPLETE {
  const fragments: Buffer[] = [];
  let collected = 0;
  let wanted = MESSAGE_HEADER_BYTES;
  let position = 0;
  while (collected < wanted) {
    if (position < bytes.length && bytes[position] !== HANDSHAKE) return undefined;
    if (position > HELLO_BYTES_MAX) return undefined;
    if (position + RECORD_HEADER_BYTES > bytes.length) return INCOMPLETE;
    const length = bytes.readUInt16BE(position + 3);
    if (length === 0) return undefined;
    const end = position + RECORD_HEADER_BYTES + length;
    if (end > HELLO_BYTES_MAX) return undefined;
    if (end > bytes.length) return INCOMPLETE;
    fragments.push(bytes.subarray(position + RECORD_HEADER_BYTES, end));
    collected += length;
    position = end;
    if (wanted === MESSAGE_HEADER_BYTES && collected >= wanted) {
      const head = Buffer.concat(fragments);
      if (head[0] !== CLIENT_HELLO) return undefined;
      wanted += head.readUIntBE(1, 3);
    }
  }
  return Buffer.concat(fragments).subarray(MESSAGE_HEADER_BYTES, wanted);
}

function nameIn(hello: Buffer): string | undefined {
  // Version and random; then the session id, the cipher suites and the compression methods, each with its length before it.
  let position = 34;
  position += 1 + byteAt(hello, position);
  position += 2 + wordAt(hello, position);
  position += 1 + byteAt(hello, position);
  const end = Math.min(hello.length, position + 2 + wordAt(hello, position));
  position += 2;
  while (position + 4 <= end) {
    const type = wordAt(hello, position);
    const length = wordAt(hello, position + 2);
    position += 4;
    if (type === SERVER_NAME) {
      // A list of one: its length, the type of the name (0: a host), the length of the name.
      const nameLength = wordAt(hello, position + 3);
      if (hello[position + 2] !== 0 || nameLength + 5 > length || position + 5 + nameLength > end) return undefined;
      return hello.toString('latin1', position + 5, position + 5 + nameLength);
    }
    position += length;
  }
  return undefined;
}

function byteAt(bytes: Buffer, position: number): number {
  return bytes[position] ?? 0;
}

function wordAt(bytes: Buffer, position: number): number {
  return (byteAt(bytes, position) << 8) | byteAt(bytes, position + 1);
}

/**
 * Waits until it is known which name the client asks for; what was read for it is put back. Calls back once with `done`, or with
 * `late` when the time is over, or not at all when the connection is gone before.
 */
export function awaitServerName(socket: Socket, timeoutMs: number, done: (serverName: string | undefined) => void, late: () => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const leave = () => {
    clearTimeout(timer);
    socket.off('readable', onReadable);
    socket.off('error', onError);
    socket.off('close', leave);
  };
  const onReadable = () => {
    const piece = socket.read() as Buffer | null;
    if (piece === null) return;
    seen = seen.length === 0 ? piece : Buffer.concat([seen, piece]);
    const name = readServerName(seen);
    if (name === INCOMPLETE) return;
    leave();
    socket.unshift(seen);
    done(name);
  };
  const onError = () => socket.destroy();
  const timer = setTimeout(() => {
    leave();
    late();
  }, timeoutMs);
  timer.unref();
  socket.on('readable', onReadable);
  socket.on('error', onError);
  socket.on('close', leave);
}
