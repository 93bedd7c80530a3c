import type { RawBytes } from '../support/raw-client.ts';

/**
 * A message that the gateway must refuse. For every record the runner also demands what is the same for all of them: one answer in
 * the gateway's error form, `Connection: close`, the connection closed, and nothing of it at the backend, be it sent in one piece,
 * byte by byte, or with another request behind it.
 */
export interface MalformedRecord {
  /** Unique; says what is wrong. */
  id: string;
  /** The rule that it proves. */
  rule: string;
  request: RawBytes;
  /** Several where the rule leaves the choice. */
  status: number | readonly number[];
  /**
   * The head is in order and the body is not: the backend may have seen the head by the time, but must never get a request
   * that looks whole.
   */
  inBody?: boolean;
}

/** A head from its lines, with CRLF behind each and the empty line at the end. */
export { head } from '../support/origin-script.ts';
