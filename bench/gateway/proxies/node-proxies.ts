import { fileURLToPath } from 'node:url';
import type { ProxyDescriptor } from './proxy.ts';

/** A proxy from npm, in a process of the same Node that the gateway runs on. */
function nodeProxy(name: string, title: string): ProxyDescriptor {
  const script = fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url));
  return {
    name,
    title,
    chain: 'bare',
    missing: () => undefined,
    prepare: ({ port, originPort }) => ({
      command: process.execPath,
      args: [script, String(port), String(originPort)],
      env: { NODE_ENV: 'production' },
    }),
  };
}

export const fastifyHttpProxy = nodeProxy('fastify-http-proxy', '@fastify/http-proxy');
export const httpProxyMiddleware = nodeProxy('http-proxy-middleware', 'http-proxy-middleware');
