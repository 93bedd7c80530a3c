import { quoteJava, quoteLines } from './quote.ts';
import type { SampleCall } from './sample-call.ts';

/** With java.net.http, Java 11 and later. */
export function toJava({ method, url, headers, body, credential }: SampleCall): string {
  const q = quoteJava;
  const text = body !== undefined && 'text' in body ? body.text : undefined;
  const publisher =
    text === undefined ? 'BodyPublishers.noBody()' : `BodyPublishers.ofString(${quoteLines(text, q, '\n                + ')})`;
  return [
    'import java.net.URI;',
    'import java.net.http.HttpClient;',
    'import java.net.http.HttpRequest;',
    'import java.net.http.HttpRequest.BodyPublishers;',
    'import java.net.http.HttpResponse.BodyHandlers;',
    '',
    'public class Call {',
    '    public static void main(String[] arguments) throws Exception {',
    ...(body !== undefined && text === undefined
      ? ['        // java.net.http writes no bodies of several parts: add a library for it.']
      : []),
    `        var request = HttpRequest.newBuilder(URI.create(${q(url)}))`,
    `            .method(${q(method)}, ${publisher})`,
    ...headers.map(([name, value]) => `            .header(${q(name)}, ${q(value)})`),
    ...(credential === undefined
      ? []
      : [
          `            .header(${q(credential.header)}, ${credential.prefix === '' ? '' : `${q(credential.prefix)} + `}System.getenv(${q(credential.variable)}))`,
        ]),
    '            .build();',
    '        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());',
    '        System.out.println(response.statusCode() + " " + response.body());',
    '    }',
    '}',
  ].join('\n');
}
