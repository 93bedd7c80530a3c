import { chunkedRecords } from './chunked-records.ts';
import { connectionRecords } from './connection-records.ts';
import { fieldRecords } from './field-records.ts';
import { framingRecords } from './framing-records.ts';
import { malformedRecords } from './malformed-records.ts';
import { requestLineRecords } from './request-line-records.ts';
import type { WireRecord } from './wire-record.ts';

/** Every record, by the part of RFC 9112 that it is about. */
export const WIRE_RECORDS: Readonly<Record<string, readonly WireRecord[]>> = {
  'the request line (RFC 9112 sections 2 and 3)': requestLineRecords,
  'fields and Host (RFC 9112 section 5, RFC 9110 sections 5 and 7.2)': fieldRecords,
  'where a body ends (RFC 9112 sections 6 and 8)': framingRecords,
  'chunks, extensions and trailers (RFC 9112 section 7)': chunkedRecords,
  'connections (RFC 9112 section 9, RFC 9110 sections 7.8 and 10.1.1)': connectionRecords,
  'what the gateway as a whole refuses (test/conformance/malformed-*.ts)': malformedRecords,
};
