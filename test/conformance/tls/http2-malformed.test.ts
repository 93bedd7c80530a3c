import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TlsListener } from '../../../packages/gateway/src/wire/tls/tls-listener.ts';
import { RecordingHandler } from '../../support/recording-handler.ts';
import { canMakeCertificates, makeCertificate } from './certificates.ts';
import { malformedHeads } from './http2-malformed.ts';
import { END_STREAM, GOAWAY, HEADERS, RawHttp2Client, RST_STREAM } from './raw-http2-client.ts';
import { createTestListener } from './tls-listener.ts';

const PROTOCOL_ERROR = 1;

describe.skipIf(!canMakeCertificates)('a malformed HTTP/2 request becomes none', () => {
  const handler = new RecordingHandler();
  let listener: TlsListener;
  let port: number;
  let client: RawHttp2Client;

  beforeAll(async () => {
    listener = createTestListener(handler, makeCertificate(['gw.example']));
    port = await listener.listen();
    client = await RawHttp2Client.connect(port);
  });

  afterAll(async () => {
    client?.destroy();
    await listener?.drain(100);
  });

  let stream = -1;
  test.each(malformedHeads)('$id ($rule)', async ({ fields, outcome }) => {
    stream += 2;
    const id = stream;
    handler.requests = [];
    handler.refusals = [];
    client.request(id, fields);
    await client.until(() => client.of(RST_STREAM, id).length > 0 || client.frames.some((f) => f.stream === id && f.flags & END_STREAM));
    // One connection for all of them: what is refused harms no other stream.
    expect(client.closed).toBe(false);
    expect(client.of(GOAWAY)).toEqual([]);
    if (outcome === 'dropped') {
      expect(handler.requests.map((request) => request.fields)).toEqual([[['Host', 'gw.example']]]);
      return;
    }
    expect(handler.requests).toEqual([]);
    if (outcome === 'reset') {
      expect(client.of(HEADERS, id)).toEqual([]);
      expect(client.of(RST_STREAM, id)[0]?.payload.readUInt32BE()).toBe(PROTOCOL_ERROR);
    } else {
      expect(handler.refusals).toHaveLength(1);
      expect(handler.refusals[0]?.reason).toMatch(outcome);
      expect(client.of(HEADERS, id)).toHaveLength(1);
    }
  });

  test('what is refused is answered with its status', async () => {
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const statusOf = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':authority': 'gw.example', ...headers });
        stream.on('response', (head) => resolve(head[':status']));
        stream.on('error', reject);
        stream.resume();
      });
    expect(await statusOf({ ':path': `/${'a'.repeat(2048)}` })).toBe(414);
    expect(await statusOf({ ':path': '/', 'x-large': 'a'.repeat(8192) })).toBe(431);
    expect(await statusOf({ ':path': '/', expect: 'the best' })).toBe(417);
    expect(await statusOf({ ':path': '/', ':scheme': 'http' })).toBe(400);
    expect(await statusOf({ ':path': '/' })).toBe(200);
    session.close();
  });
});
