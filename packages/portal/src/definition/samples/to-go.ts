import { quoteDouble, quoteLines } from './quote.ts';
import type { SampleCall } from './sample-call.ts';

export function toGo({ method, url, headers, body, credential }: SampleCall): string {
  const q = quoteDouble;
  const text = body !== undefined && 'text' in body ? body.text : undefined;
  const imports = ['fmt', 'io', 'net/http', ...(credential === undefined ? [] : ['os']), ...(text === undefined ? [] : ['strings'])];
  const reader = text === undefined ? 'nil' : `strings.NewReader(${quoteLines(text, q, ' +\n\t\t')})`;
  return [
    'package main',
    '',
    'import (',
    ...imports.map((name) => `\t"${name}"`),
    ')',
    '',
    'func main() {',
    ...(body !== undefined && text === undefined ? ['\t// Add the body of several parts with mime/multipart.'] : []),
    `\trequest, err := http.NewRequest(${q(method)}, ${q(url)}, ${reader})`,
    '\tif err != nil {',
    '\t\tpanic(err)',
    '\t}',
    ...headers.map(([name, value]) => `\trequest.Header.Set(${q(name)}, ${q(value)})`),
    ...(credential === undefined
      ? []
      : [
          `\trequest.Header.Set(${q(credential.header)}, ${credential.prefix === '' ? '' : `${q(credential.prefix)}+`}os.Getenv(${q(credential.variable)}))`,
        ]),
    '\tresponse, err := http.DefaultClient.Do(request)',
    '\tif err != nil {',
    '\t\tpanic(err)',
    '\t}',
    '\tdefer response.Body.Close()',
    '\tbody, err := io.ReadAll(response.Body)',
    '\tif err != nil {',
    '\t\tpanic(err)',
    '\t}',
    '\tfmt.Println(response.StatusCode, string(body))',
    '}',
  ].join('\n');
}
