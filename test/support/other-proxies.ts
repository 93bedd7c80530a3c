import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** A proxy of others, in front of a backend. */
export interface OtherProxy {
  port: number;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** nginx as a proxy that streams bodies; undefined when it is not installed. */
export async function startNginx(backendPort: number): Promise<OtherProxy | undefined> {
  const port = await freePort();
  return startOther(['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'], port, 'nginx.conf', (directory, file) => ({
    args: ['-p', directory, '-c', file, '-e', join(directory, 'error.log'), '-g', 'daemon off;'],
    config: `
pid ${directory}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${directory}/temp;
  proxy_temp_path ${directory}/temp;
  fastcgi_temp_path ${directory}/temp;
  uwsgi_temp_path ${directory}/temp;
  scgi_temp_path ${directory}/temp;
  ignore_invalid_headers off;
  underscores_in_headers on;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${backendPort};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_request_buffering off;
      proxy_buffering off;
    }
  }
}
`,
  }));
}

/** HAProxy as a plain HTTP proxy; undefined when it is not installed. */
export async function startHaproxy(backendPort: number): Promise<OtherProxy | undefined> {
  const port = await freePort();
  return startOther(
    ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/opt/homebrew/bin/haproxy'],
    port,
    'haproxy.cfg',
    (_directory, file) => ({
      args: ['-db', '-f', file],
      config: `
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  server origin 127.0.0.1:${backendPort}
`,
    }),
  );
}

async function startOther(
  places: readonly string[],
  port: number,
  configName: string,
  describe: (directory: string, file: string) => { args: string[]; config: string },
): Promise<OtherProxy | undefined> {
  const binary = places.find((place) => existsSync(place));
  if (binary === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-other-'));
  const file = join(directory, configName);
  await mkdir(join(directory, 'temp'));
  const { args, config } = describe(directory, file);
  await writeFile(file, config);
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  const deadlineMs = Date.now() + START_MS;
  while (!(await accepts(port))) {
    if (child.exitCode === null && Date.now() < deadlineMs) {
      await sleep(20);
      continue;
    }
    await stop();
    throw new Error(`${binary} does not listen:\n${errors}`);
  }
  return { port, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
