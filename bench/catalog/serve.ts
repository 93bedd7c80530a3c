import { createServer } from 'node:http';
import { createCatalog } from '../../packages/catalog/src/catalog.ts';
import type { CatalogTables } from '../../packages/catalog/src/store/tables.ts';
import { openDatabase } from '../../packages/database/src/index.ts';

// The catalog alone on a port. Arguments: database URL, data directory, port. `GET /search?q=` is the portal's search.
const [url = '', dataDir = '', port = ''] = process.argv.slice(2);
const database = await openDatabase<CatalogTables>({ url, dataDir });
const start = performance.now();
const catalog = await createCatalog({
  database,
  access: { authorize: async () => 'allowed' },
  log: {
    warn: (fields, message) => console.error(message, fields),
    error: (fields, message) => console.error(message, fields),
  },
});
const loadedMs = performance.now() - start;
const server = createServer((request, response) => {
  if (catalog.rest.handle(request, response)) return;
  const address = new URL(request.url ?? '/', 'http://bench');
  if (address.pathname !== '/search') {
    response.end(JSON.stringify({ loadedMs, entities: catalog.follower.index.size }));
    return;
  }
  catalog.search.search({ query: address.searchParams.get('q') ?? '' }).then(
    (result) => response.end(JSON.stringify(result)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
