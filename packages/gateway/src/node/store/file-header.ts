import { UnusableFile } from './unusable-file.ts';

export const STORE_FORMAT = 1;
export const HEADER_BYTES_MAX = 512;

/** The first line of a file of the store: in clear, and authenticated with everything that follows. */
export interface FileHeader {
  gatehouse: 'node-snapshot' | 'node-credentials';
  format: number;
  /** Id of the node that wrote it. */
  node: string;
  /** Different for each file: records of one are good in no other. */
  file: string;
}

export function toHeaderLine(header: FileHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/** The header line at the beginning of a file, with its end. Throws `UnusableFile` when it is not one of this kind, format and node. */
export function readHeaderLine(start: Buffer, kind: FileHeader['gatehouse'], nodeId: string): Buffer {
  const end = start.subarray(0, HEADER_BYTES_MAX).indexOf(0x0a);
  const header = end === -1 ? undefined : parse(start.toString('utf8', 0, end));
  if (header === undefined || header.gatehouse !== kind) throw new UnusableFile('it is damaged: its header cannot be read');
  if (typeof header.format !== 'number' || header.format > STORE_FORMAT)
    throw new UnusableFile(`it was written by a newer version (format ${String(header.format)}, this one knows ${STORE_FORMAT})`);
  if (header.node !== nodeId) throw new UnusableFile('it belongs to another node');
  return start.subarray(0, end + 1);
}

function parse(text: string): Partial<Record<keyof FileHeader, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
