import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** As in the README, on Express; with an agent that keeps connections, which is not its default. */
const [port, originPort] = process.argv.slice(2).map(Number);
const app = express();
app.use(
  createProxyMiddleware({
    target: `http://127.0.0.1:${originPort}`,
    changeOrigin: true,
    agent: new Agent({ keepAlive: true }),
  }),
);
const server = app.listen(port ?? 0, '127.0.0.1');
server.keepAliveTimeout = 3_600_000;
