import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Instance } from '../support/control.ts';

test('x', { timeout: 60_000 }, async () => {
  const origin = createServer((q, s) => { console.log(q.method, q.url, q.rawHeaders); s.writeHead(200, { 'Set-Cookie': 'a=b', ETag: 'x', 'Content-Type': 'text/plain' }); s.end('hello'); });
  await new Promise<void>((r) => origin.listen(0, '127.0.0.1', r));
  const control = await Instance.start({ role: 'all', config: { proxy: { endpoints: { frobs: { target: `http://127.0.0.1:${(origin.address() as AddressInfo).port}/v1`, headers: { 'X-Key': 'se cret' } } } } } });
  try {
    const r = await fetch(`${control.controlUrl}/api/proxy/frobs/list?a=1`, { headers: { authorization: 'Bearer an-admin-token-for-tests-only', cookie: 'a=b' } });
    console.log(r.status, [...r.headers], await r.text());
    const r2 = await fetch(`${control.controlUrl}/api/proxy/frobs/list?a=1`);
    console.log(r2.status, [...r2.headers], await r2.text());
    const r3 = await fetch(`${control.controlUrl}/api/proxy/nope`);
    console.log(r3.status, [...r3.headers], await r3.text());
    console.log((await (await fetch(`${control.controlUrl}/metrics`)).text()).split('\n').filter((l) => l.includes('proxy')).join('\n'));
  } finally {
    console.log(control.process.output);
    await control.remove();
    origin.close();
  }
});
