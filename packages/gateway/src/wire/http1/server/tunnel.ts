import type { Duplex } from 'node:stream';
import type { Exchange } from '../../../exchange/exchange.ts';
import { hasToken } from '../response-parser.ts';
import type { RequestFraming } from './request-framing.ts';

/** Longest token list of an Upgrade field that is passed on. */
const UPGRADE_TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}(?:\/[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32})?$/;

/**
 * Whether a request asks to leave HTTP in a way that is passed on. Not h2c: an HTTP/2 tunnel through a gateway would carry requests
 * that nobody checks ("h2c smuggling"); and only without a body, as an upgrade's body would be read differently by the two sides.
 */
export function isTunnelRequest(method: string, { http11, connection, upgrade }: RequestFraming): boolean {
  return (
    method === 'GET' && http11 && hasToken(connection, 'upgrade') && UPGRADE_TOKEN.test(upgrade) && !/^(?:h2c?|http)(?:\/|$)/i.test(upgrade)
  );
}

/**
 * Joins two connections after a 101: every byte goes through, both ways, and the end of one side is the end of the other, after what
 * was under way has been written. `early` is what the client sent behind its request. Calls `ended` once.
 */
export function joinTunnel(exchange: Exchange, client: Duplex, backend: Duplex, early: Buffer | null, ended: () => void): void {
  let open = true;
  const close = () => {
    if (open) ended();
    open = false;
  };
  const follow = (from: Duplex, to: Duplex) => {
    from.on('error', () => {
      from.destroy();
      to.destroy();
    });
    from.on('close', () => {
      if (to.writableLength > 0 && !to.destroyed) to.end(() => to.destroy());
      else to.destroy();
      close();
    });
  };
  client.on('data', (piece: Buffer) => {
    exchange.requestBytes += piece.length;
  });
  backend.on('data', (piece: Buffer) => {
    exchange.responseBytes += piece.length;
  });
  follow(client, backend);
  follow(backend, client);
  if (early !== null) {
    exchange.requestBytes += early.length;
    backend.write(early);
  }
  client.pipe(backend);
  backend.pipe(client);
}
