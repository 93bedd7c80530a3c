import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

/** As in the plugin's README: everything goes to one upstream, over undici's pool of kept connections. */
const [port, originPort] = process.argv.slice(2).map(Number);
const server = fastify({ logger: false, keepAliveTimeout: 3_600_000 });
await server.register(proxy, { upstream: `http://127.0.0.1:${originPort}` });
await server.listen({ host: '127.0.0.1', port: port ?? 0 });
