import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createUpgradeResponse } from './upgrade-response.ts';

test('a request to leave HTTP that was sent behind an unanswered one cuts the connection and fails nothing else', async () => {
  const upgrades: unknown[] = [];
  // The first request is never answered.
  const server = createServer(() => undefined);
  server.on('upgrade', (message, socket) => upgrades.push(createUpgradeResponse(message, socket as Socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(client, 'close');
  expect(upgrades).toEqual([null]);
  server.close();
});
