import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The way back for a request that asks to leave HTTP. Null, and the connection is cut, when it was sent behind a request that is not
 * answered yet: its answer could not keep its place, and a client that means it waits (RFC 9110 section 7.8).
 */
export function createUpgradeResponse(message: IncomingMessage, socket: Socket): ServerResponse | null {
  const response = new ServerResponse(message);
  try {
    response.assignSocket(socket);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_HTTP_SOCKET_ASSIGNED') throw error;
    socket.destroy();
    return null;
  }
  response.shouldKeepAlive = false;
  response.once('finish', () => {
    socket.end();
  });
  return response;
}
