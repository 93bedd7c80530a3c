import { BODY_BYTES } from '../load/request.ts';
import type { Command } from '../process/children.ts';
import { nginxCommand, nginxMain } from './proxies/nginx.ts';

/**
 * The service behind every proxy: nginx with a fixed answer of 1,024 bytes and twelve fields, of which it sets five itself
 * (Server, Date, Content-Type, Content-Length, Connection). Cheap enough that it is never what holds a proxy back.
 */
export function prepareOrigin(directory: string, port: number): Command {
  const body = '{"name":"'.padEnd(BODY_BYTES - 2, 'x').concat('"}');
  return nginxCommand(
    directory,
    `${nginxMain(directory)}
  access_log off;
  server {
    listen 127.0.0.1:${port};
    location / {
      default_type application/json;
      add_header Cache-Control no-store;
      add_header ETag '"5d41402abc4b2a76b9719d911017c592"';
      add_header Vary Accept;
      add_header X-Content-Type-Options nosniff;
      add_header X-Version 7.2.1;
      add_header X-Correlation 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed;
      add_header X-Origin-Only yes;
      return 200 '${body}';
    }
  }
}
`,
  );
}
