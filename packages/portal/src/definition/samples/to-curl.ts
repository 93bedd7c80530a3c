import { quoteShell } from './quote.ts';
import { FILE_PATH, type SampleCall } from './sample-call.ts';

export function toCurl({ method, url, headers, body, credential }: SampleCall): string {
  const usual = body === undefined ? 'GET' : 'POST';
  const begin = method === 'HEAD' ? 'curl --head' : method === usual ? 'curl' : `curl -X ${quoteWord(method)}`;
  const parts = [
    // Brackets and braces would be patterns.
    `${begin} ${/[[\]{}]/.test(url) ? '--globoff ' : ''}${quoteShell(url)}`,
    // `Name:` without a value takes the header out; `Name;` sends it empty.
    ...headers.map(([name, value]) => `-H ${quoteShell(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(credential === undefined ? [] : [`-H "${credential.header}: ${credential.prefix}$${credential.variable}"`]),
  ];
  if (body !== undefined && 'text' in body) parts.push(`--data-raw ${quoteShell(body.text)}`);
  else if (body !== undefined) {
    for (const { name, value, file } of body.parts) {
      // --form would read a file for a value that begins with @ or <.
      parts.push(file ? `--form ${quoteShell(`"${formName(name)}"=@${FILE_PATH}`)}` : `--form-string ${quoteShell(`${name}=${value}`)}`);
    }
  }
  return parts.join(' \\\n  ');
}

function quoteWord(text: string): string {
  return /^[A-Z]+$/.test(text) ? text : quoteShell(text);
}

/** The name of a part for `--form`, which reads `=` as its end; there is no escape for it. */
function formName(name: string): string {
  return name.replaceAll(/["\\=]/g, '');
}
