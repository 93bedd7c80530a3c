import type { Database } from '@gatehouse/database';
import { describeDatabases } from '@gatehouse/database/testing';
import { expect, test } from 'vitest';
import { migrateControl } from '../http/testing/test-server.ts';
import type { ControlTables } from '../schema/tables.ts';
import { GatewayUrls, type PublicGateway } from './gateway-urls.ts';

const LISTEN: PublicGateway = { publicUrl: undefined, listen: { host: '0.0.0.0', port: 8000 }, tls: undefined };

async function addNode(database: Database<ControlTables>, id: string, kind: string, address: string): Promise<void> {
  const none = {
    token: null,
    applied_number: null,
    applied_hash: null,
    applied_at: null,
    rejected_number: null,
    rejected_reason: null,
    rejected_at: null,
    credentials_cursor: null,
  };
  const row = { id, name: id, kind, address, version: '1', boot_id: 'b', connected_to: 'here', first_seen_at: 0, last_seen_at: 0, ...none };
  await database.transaction((tx) => tx.insertInto('nodes').values(row).execute());
}

describeDatabases<ControlTables>(
  'Where the gateway is reached',
  (open) => {
    const urlsOf = (database: Database<ControlTables>, gateway?: PublicGateway) =>
      new GatewayUrls({ database, gateway, isConnected: ({ id }) => !id.startsWith('gone') });

    test('is what the configuration says, else what connected nodes say, else where it listens', async () => {
      const database = await open();
      expect(await urlsOf(database).all()).toEqual(['http://localhost:8000']);
      expect(await urlsOf(database, { ...LISTEN, listen: { host: '::1', port: 80 } }).all()).toEqual(['http://[::1]:80']);
      await addNode(database, 'a', 'remote', 'http://localhost:8000');
      await addNode(database, 'b', 'remote', 'http://gw1.example.com:8000/');
      await addNode(database, 'c', 'embedded', 'http://localhost:8080');
      await addNode(database, 'gone', 'remote', 'http://gw2.example.com:8000');
      // Nodes say of themselves what they like; it becomes a link.
      await addNode(database, 'd', 'remote', 'javascript:alert(1)');
      const urls = urlsOf(database, LISTEN);
      expect(await urls.all()).toEqual(['http://localhost:8080', 'http://gw1.example.com:8000', 'http://localhost:8000']);
      expect(await urlsOf(database, { ...LISTEN, publicUrl: 'https://api.example.com/gw/' }).all()).toEqual(['https://api.example.com/gw']);
    });

    test('of a bound host: by TLS where there is a certificate for it, else as the gateway', async () => {
      const certificate = { hosts: ['shop.example.com', '*.example.org'], certificate: '', key: '' };
      const tls = { listen: { host: '0.0.0.0', port: 8443 }, certificates: [certificate], minVersion: 'TLSv1.2' as const, http2: true };
      const urls = urlsOf(await open(), { ...LISTEN, tls });
      const base = 'http://gw:8000';
      expect(urls.ofHost('shop.example.com', base)).toBe('https://shop.example.com:8443');
      expect(urls.ofHost('a.example.org', base)).toBe('https://a.example.org:8443');
      expect(urls.ofHost('a.b.example.org', base)).toBe('http://a.b.example.org:8000');
      expect(urls.ofHost('other.example.com', 'http://gw')).toBe('http://other.example.com');
      const behind = urlsOf(await open(), { ...LISTEN, tls, publicUrl: 'https://api.example.com' });
      expect(behind.ofHost('shop.example.com', 'https://api.example.com')).toBe('https://shop.example.com');
    });
  },
  migrateControl,
);
