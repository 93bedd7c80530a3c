import { quoteJavaScript } from './quote.ts';
import type { SampleCall } from './sample-call.ts';

export function toJavaScript({ method, url, headers, body, credential }: SampleCall): string {
  const q = quoteJavaScript;
  const fields = headers.map(([name, value]) => `    ${toKey(name)}: ${q(value)},`);
  if (credential !== undefined) {
    const { header, prefix, variable } = credential;
    fields.push(`    ${toKey(header)}: ${prefix === '' ? `process.env.${variable}` : `\`${prefix}\${process.env.${variable}}\``},`);
  }
  const parts = body !== undefined && 'parts' in body ? body.parts : undefined;
  const options = [
    ...(method === 'GET' ? [] : [`  method: ${q(method)},`]),
    ...(fields.length === 0 ? [] : ['  headers: {', ...fields, '  },']),
    ...(body === undefined ? [] : [`  body: ${'text' in body ? toTemplate(body.text) : 'form'},`]),
  ];
  const call = options.length === 0 ? `fetch(${q(url)})` : `fetch(${q(url)}, {\n${options.join('\n')}\n})`;
  const form = parts?.map(({ name, value, file }) =>
    file ? `form.append(${q(name)}, await openAsBlob('path/to/file'));` : `form.append(${q(name)}, ${q(value)});`,
  );
  return [
    ...(parts?.some(({ file }) => file) ? ["import { openAsBlob } from 'node:fs';", ''] : []),
    ...(form === undefined ? [] : ['const form = new FormData();', ...form, '']),
    `const response = await ${call};`,
    'console.log(response.status, await response.text());',
  ].join('\n');
}

/** `__proto__` in braces would not be a field but the prototype. */
function toKey(name: string): string {
  return name === '__proto__' ? `['__proto__']` : quoteJavaScript(name);
}

/** Lines stay lines where nothing in them could end the literal or run. */
function toTemplate(text: string): string {
  const plain =
    text.includes('\n') &&
    !/[`\\\r\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\$\{|[\ud800-\udfff](?![\udc00-\udfff])/.test(
      text,
    );
  return plain && text.isWellFormed() ? `\`${text}\`` : quoteJavaScript(text);
}
