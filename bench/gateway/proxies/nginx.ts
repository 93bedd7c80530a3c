import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../process/children.ts';
import { findTool } from '../../process/tools.ts';
import type { ProxyDescriptor } from './proxy.ts';

/** The start of every nginx here: in the foreground, one worker, nothing outside its directory. */
export function nginxMain(directory: string): string {
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `  ${kind}_temp_path ${directory}/temp/${kind};`);
  mkdirSync(join(directory, 'temp'), { recursive: true });
  // The master opens the logs; a worker under another user could not write beside them.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  return `${user}daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 4096; }
http {
${temp.join('\n')}
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
`;
}

/** Upstream with kept connections. */
export function nginxUpstream(originPort: number): string {
  return `  upstream origin { server 127.0.0.1:${originPort}; keepalive 64; keepalive_requests 1000000000; keepalive_timeout 1h; }
`;
}

export function nginxCommand(directory: string, config: string): Command {
  const file = join(directory, 'nginx.conf');
  writeFileSync(file, config);
  return { command: findTool('nginx') ?? 'nginx', args: ['-p', directory, '-e', join(directory, 'error.log'), '-c', file] };
}

export function missingNginx(): string | undefined {
  return findTool('nginx') === undefined ? 'nginx is missing: apt-get install nginx-light' : undefined;
}

/** `load_module` lines for modules that are installed beside nginx; undefined when one is not. */
export function nginxModules(names: readonly string[]): string | undefined {
  const nginx = findTool('nginx');
  if (nginx === undefined) return undefined;
  const settings = execFileSync('sh', ['-c', '"$1" -V 2>&1', 'sh', nginx], { encoding: 'utf8' });
  const directory = /--modules-path=(\S+)/.exec(settings)?.[1] ?? '/usr/lib/nginx/modules';
  const files = names.map((name) => join(directory, `${name}.so`));
  return files.every((file) => existsSync(file)) ? files.map((file) => `load_module ${file};\n`).join('') : undefined;
}

/** The measure of all others: nginx with nothing but `proxy_pass` and kept connections. */
export const nginx: ProxyDescriptor = {
  name: 'nginx',
  title: 'nginx',
  chain: 'bare',
  missing: missingNginx,
  reconfigure(_place, pid) {
    process.kill(pid, 'SIGHUP');
  },
  prepare({ directory, port, originPort }) {
    return nginxCommand(
      directory,
      `${nginxMain(directory)}${nginxUpstream(originPort)}
  access_log off;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
    );
  },
};
