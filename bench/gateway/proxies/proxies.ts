import { caddy } from './caddy.ts';
import { gatehouse, gatehouseFull, gatehouseManyRoutes } from './gatehouse.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { nginxLua } from './nginx-lua.ts';
import { fastifyHttpProxy, httpProxyMiddleware } from './node-proxies.ts';
import type { ProxyDescriptor } from './proxy.ts';

/** Every proxy that is measured, in the order of the table and of each round. */
export const PROXIES: readonly ProxyDescriptor[] = [
  nginx,
  haproxy,
  caddy,
  fastifyHttpProxy,
  httpProxyMiddleware,
  gatehouse,
  gatehouseManyRoutes,
  nginxLua,
  gatehouseFull,
];
