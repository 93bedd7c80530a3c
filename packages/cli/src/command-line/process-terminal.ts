import { styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

/** The terminal, files or pipes that the process was started with. */
export function createProcessTerminal(): Terminal {
  // Whoever reads the output may stop in the middle, as `head` does: that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    print: (...lines) => void process.stdout.write(toText(lines)),
    complain: (...lines) => void process.stderr.write(toText(lines)),
    bold: (text) => styleText('bold', text, { stream: process.stdout }),
  };
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
