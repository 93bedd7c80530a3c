import { Doubt } from '../doubt.ts';

/**
 * The lines of a UTF-8 stream, without their ends. Throws `Doubt` for one that is longer than `lineBytesMax`, and for one that the stream
 * ends in.
 */
export async function* readLines(stream: AsyncIterable<Buffer>, lineBytesMax: number): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      pieces.push(chunk.subarray(start, end));
      if (bytes + end - start > lineBytesMax) throw tooLong(lineBytesMax);
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      bytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    pieces.push(chunk.subarray(start));
    bytes += chunk.length - start;
    if (bytes > lineBytesMax) throw tooLong(lineBytesMax);
  }
  if (bytes > 0) throw new Doubt('the stream broke off in the middle of a message');
}

function tooLong(lineBytesMax: number): Doubt {
  return new Doubt(`the control plane sent a line of more than ${lineBytesMax} bytes`);
}
