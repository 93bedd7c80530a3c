// biome-ignore lint/style/noRestrictedImports: the command is run, as whoever copies it would run it
import { execFileSync } from 'node:child_process';
// biome-ignore lint/style/noRestrictedImports: as above
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { SampleCall } from './sample-call.ts';
import { toCurl } from './to-curl.ts';
import { toGo } from './to-go.ts';
import { toJava } from './to-java.ts';
import { toJavaScript } from './to-javascript.ts';
import { toPython } from './to-python.ts';

const HOSTILE = [
  `'; touch /tmp/owned; '`,
  '$(touch /tmp/owned) `touch /tmp/owned` $HOME !! \\',
  'two\nlines\r\nand \t tab',
  '"; System.exit(1); //',
  '\\u0022; import os; \\x22 \\',
  '${process.exit(1)} `',
  '\u2028\u2029\u0000\u001b[31m\u202e',
  '@/etc/passwd',
  '*/ --data @/etc/passwd',
  '😀 ü',
  '\'\'\'"""',
];

const call = (text: string): SampleCall => ({
  method: 'POST',
  url: `https://api.example.com/pets?q=${encodeURIComponent(text)}`,
  headers: [['X-Text', text]],
  body: { text },
  credential: { header: 'X-Api-Key', prefix: '', variable: 'APP_CODE' },
});

/** What a shell makes of the command: the arguments that curl would get. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${command}\n`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { APP_CODE: 'the-code' } })
    .split('\0')
    .slice(0, -1);
}

describe('a code sample', () => {
  it.each(HOSTILE)('passes %j to curl as one argument', (text) => {
    const kept = text.replaceAll('\0', '');
    const given = argumentsOf(toCurl(call(text)));
    expect(given).toEqual([
      `https://api.example.com/pets?q=${encodeURIComponent(text)}`,
      '-H',
      `X-Text: ${kept}`,
      '-H',
      'X-Api-Key: the-code',
      '--data-raw',
      kept,
    ]);
  });

  it.each(HOSTILE)('is JavaScript that sends %j and runs nothing of it', async (text) => {
    const calls: unknown[] = [];
    const sandbox = {
      process: { env: { APP_CODE: 'the-code' } },
      console: { log() {} },
      fetch: (...given: unknown[]) => {
        calls.push(given);
        return Promise.resolve({ status: 200, text: () => Promise.resolve('') });
      },
    };
    await (runInNewContext(`(async () => {\n${toJavaScript(call(text))}\n})()`, sandbox) as Promise<void>);
    expect(JSON.parse(JSON.stringify(calls))).toEqual([
      [
        `https://api.example.com/pets?q=${encodeURIComponent(text)}`,
        { method: 'POST', headers: { 'X-Text': text, 'X-Api-Key': 'the-code' }, body: text },
      ],
    ]);
  });

  it.each(HOSTILE)('holds %j as literals and nothing else in Python, Go and Java', (text) => {
    for (const [code, joined, decode] of [
      [toPython(call(text)), /data=\(([\s\S]*)\)\.encode\(\)/, decodeDouble],
      [toGo(call(text)), /NewReader\(([\s\S]*)\)\)\n\tif err/, decodeDouble],
      [toJava(call(text)), /ofString\(([\s\S]*?)\)\)\n/, decodeJava],
    ] as const) {
      const body = joined.exec(code)?.[1] ?? '';
      const literals = [...body.matchAll(/"(?:[^"\\\n\r]|\\[^\n\r])*"/g)].map(([literal]) => literal);
      expect(literals.map(decode).join('')).toBe(text);
      expect(body.replaceAll(/"(?:[^"\\\n\r]|\\[^\n\r])*"/g, '').trim()).toMatch(/^[+\s]*$/);
      // Nothing that shows otherwise than it runs is left.
      expect(code).not.toMatch(/[\u202e\u2028\u0000\u001b]/);
    }
  });

  it('is left alone by patterns and prefixes of curl', () => {
    const parts = {
      parts: [
        { name: 'a', value: '@/etc/passwd', file: false },
        { name: 'f', value: '', file: true },
      ],
    };
    const given = argumentsOf(toCurl({ ...call('x'), url: 'https://api.example.com/{a,b}[1-9]', headers: [['X-Empty', '']], body: parts }));
    expect(given).toEqual([
      '--globoff',
      'https://api.example.com/{a,b}[1-9]',
      '-H',
      'X-Empty;',
      '-H',
      'X-Api-Key: the-code',
      '--form-string',
      'a=@/etc/passwd',
      '--form',
      '"f"=@path/to/file',
    ]);
  });

  it('has no line for what is not sent', () => {
    const plain: SampleCall = { method: 'GET', url: 'https://api.example.com/', headers: [], body: undefined, credential: undefined };
    expect(toCurl(plain)).toBe("curl 'https://api.example.com/'");
    expect(toJavaScript(plain)).toContain("await fetch('https://api.example.com/');");
    expect([toPython(plain), toGo(plain), toJava(plain)].join()).not.toMatch(/APP_CODE|import os|strings/);
  });
});

function decodeDouble(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, short: string) =>
      code === undefined ? ({ n: '\n', r: '\r', t: '\t' }[short] ?? short) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

/** JLS 3.3 first (a `\u` after an even number of backslashes), then 3.10.7. */
function decodeJava(literal: string): string {
  const translated = literal.replaceAll(/(\\*)\\u([0-9a-fA-F]{4})/g, (whole, before: string, code: string) =>
    before.length % 2 === 0 ? `${before}${String.fromCharCode(Number.parseInt(code, 16))}` : whole,
  );
  return translated
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, short: string) =>
      octal === undefined ? ({ n: '\n', r: '\r', t: '\t' }[short] ?? short) : String.fromCharCode(Number.parseInt(octal, 8)),
    );
}
