import { describe, expect, it } from 'vitest';
import { ResponseReader } from './response-reader.ts';

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n';

describe('the reader of responses', () => {
  for (const [kind, text] of Object.entries({ plain, chunked })) {
    it(`finds the end of a ${kind} response wherever it is cut into pieces`, () => {
      for (let cut = 1; cut < text.length; cut++) {
        const reader = new ResponseReader();
        expect(reader.push(Buffer.from(text.slice(0, cut))), `cut at ${cut}`).toBe(false);
        expect(reader.push(Buffer.from(text.slice(cut))), `cut at ${cut}`).toBe(true);
        expect(reader.status).toBe(kind === 'plain' ? 200 : 503);
        expect(reader.closes).toBe(kind === 'chunked');
      }
    });
  }

  it('begins anew after each response', () => {
    const reader = new ResponseReader();
    for (const text of [plain, plain, chunked.replace('Connection: close\r\n', ''), plain])
      expect(reader.push(Buffer.from(text))).toBe(true);
    expect(reader.status).toBe(200);
  });

  it('refuses what a proxy must not send: more than it announced, no length, no HTTP', () => {
    expect(() => new ResponseReader().push(Buffer.from(`${plain}!`))).toThrow('longer');
    expect(() => new ResponseReader().push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('no length');
    expect(() => new ResponseReader().push(Buffer.from('SSH-2.0-x\r\n\r\n'))).toThrow('no HTTP/1.1');
  });
});
