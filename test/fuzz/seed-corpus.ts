import { smugglingChunks } from '../conformance/wire/smuggling-chunks.ts';
import { smugglingFraming } from '../conformance/wire/smuggling-framing.ts';
import { smugglingHead } from '../conformance/wire/smuggling-head.ts';
import { WIRE_RECORDS } from '../conformance/wire/wire-records.ts';
import { toBuffer } from '../support/raw-client.ts';

/** Beyond this, mutations are lost in filling. */
const LENGTH_MAX = 1_500;

/** Inputs that once were read differently by ours and by llhttp, or lost by one of them. */
const FOUND: readonly string[] = [
  'oGET /b HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:chunked\t\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'DELETE / HTTP/1.1\r\nTransfer-Encoding:chunked\r\nHost: a\r\n\r\n5\r\nhello\r\n0\r\nt:\r\nTransfer-Encoding:\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\nPUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** What the fuzzer starts from: every conformance record, the smuggling corpus, and what it has found before. Latin-1 texts. */
export function seedCorpus(): string[] {
  const records = Object.values(WIRE_RECORDS)
    .flat()
    .map(({ send, afterContinue }) => toBuffer(send).toString('latin1') + (afterContinue ?? ''));
  const attacks = [...smugglingFraming, ...smugglingChunks, ...smugglingHead].map(({ send }) => toBuffer(send).toString('latin1'));
  return [...new Set([...FOUND, ...records, ...attacks])].filter(({ length }) => length > 0 && length <= LENGTH_MAX);
}
