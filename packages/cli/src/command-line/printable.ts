/** Control characters, and those that turn the direction of writing (CVE-2021-42574), rule a terminal. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** One line of text for a terminal: what came from elsewhere must not rule it. */
export function printable(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(UNPRINTABLE, '\ufffd');
}

/** The same for a text of several lines, which stay. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.replaceAll(UNPRINTABLE, '\ufffd'));
}
