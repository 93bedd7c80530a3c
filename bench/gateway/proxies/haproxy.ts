import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../../process/tools.ts';
import type { ProxyDescriptor } from './proxy.ts';

export const haproxy: ProxyDescriptor = {
  name: 'haproxy',
  title: 'HAProxy',
  chain: 'bare',
  missing: () => (findTool('haproxy') === undefined ? 'HAProxy is missing: apt-get install haproxy' : undefined),
  prepare({ directory, port, originPort }) {
    const file = join(directory, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 4096

defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h

frontend bench
  bind 127.0.0.1:${port}
  default_backend origin

backend origin
  server origin 127.0.0.1:${originPort} pool-purge-delay 1h
`,
    );
    return { command: findTool('haproxy') ?? 'haproxy', args: ['-db', '-f', file] };
  },
};
