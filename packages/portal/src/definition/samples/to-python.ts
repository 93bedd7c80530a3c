import { quoteDouble, quoteLines } from './quote.ts';
import { FILE_PATH, type SampleCall } from './sample-call.ts';

/** With the library requests. */
export function toPython({ method, url, headers, body, credential }: SampleCall): string {
  const q = quoteDouble;
  const fields = headers.map(([name, value]) => `        ${q(name)}: ${q(value)},`);
  if (credential !== undefined) {
    const { header, prefix, variable } = credential;
    fields.push(`        ${q(header)}: ${prefix === '' ? '' : `${q(prefix)} + `}os.environ[${q(variable)}],`);
  }
  const parts = body !== undefined && 'parts' in body ? body.parts : [];
  const fileParts = parts.filter(({ file }) => file).map(({ name }) => `        (${q(name)}, open(${q(FILE_PATH)}, "rb")),`);
  const textParts = parts.filter(({ file }) => !file).map(({ name, value }) => `        (${q(name)}, (None, ${q(value)})),`);
  return [
    ...(credential === undefined ? [] : ['import os']),
    'import requests',
    '',
    'response = requests.request(',
    `    ${q(method)},`,
    `    ${q(url)},`,
    ...(fields.length === 0 ? [] : ['    headers={', ...fields, '    },']),
    ...(body !== undefined && 'text' in body ? [`    data=(${quoteLines(body.text, q, '\n        ')}).encode(),`] : []),
    ...(parts.length === 0 ? [] : ['    files=[', ...textParts, ...fileParts, '    ],']),
    ')',
    'print(response.status_code, response.text)',
  ].join('\n');
}
