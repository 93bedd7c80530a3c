import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../../process/tools.ts';
import type { ProxyDescriptor } from './proxy.ts';

export const caddy: ProxyDescriptor = {
  name: 'caddy',
  title: 'Caddy',
  chain: 'bare',
  missing: () => (findTool('caddy') === undefined ? 'Caddy is missing: apt-get install caddy' : undefined),
  prepare({ directory, port, originPort }) {
    const file = join(directory, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
  servers {
    protocols h1
  }
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${originPort} {
    transport http {
      keepalive_idle_conns_per_host 64
    }
  }
}
`,
    );
    return {
      command: findTool('caddy') ?? 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config', file],
      env: { GOMAXPROCS: '1', HOME: directory, XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory },
    };
  },
};
