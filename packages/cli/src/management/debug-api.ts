import { apis, type OperationResult } from '@gatehouse/contract/management';
import type { Given, ManagementRun } from '../command-line/command.ts';
import { printable, printableLines } from '../command-line/printable.ts';
import type * as specs from '../commands/apis-commands.ts';
import { UsageError } from '../usage-error.ts';
import { type ManagementContext, show } from './context.ts';
import { tableLines } from './print-list.ts';
import { readText } from './read-settings.ts';

type Result = OperationResult<typeof apis.debugApi>;
type Message = Result['response'];

/** Backends may take their time. */
const TIMEOUT_MS = 120_000;

export const debugApi: ManagementRun<typeof specs.debugApi> = async (given, context) => {
  const { NAME: name, ENV: environment } = given.arguments;
  const { body } = await context.client.call(apis.debugApi, {
    params: { name },
    body: { environment, app: given.options.app, request: await toRequest(given) },
    timeoutMs: TIMEOUT_MS,
  });
  show(context, body, () => toLines(context, body));
  return 0;
};

async function toRequest(given: Given<typeof specs.debugApi>) {
  const { METHOD: method, PATH } = given.arguments;
  const [path = '', ...search] = PATH.split('?');
  const query: [string, string][] = [
    ...new URLSearchParams(search.join('?')),
    ...given.options.query.map((text) => toPair(text, '=', '--query NAME=VALUE')),
  ];
  const headers = given.options.header.map((text) => toPair(text, ':', "--header 'NAME: VALUE'"));
  const { body } = given.options;
  return {
    method: method.toUpperCase(),
    path,
    ...(query.length === 0 ? {} : { query: toLists(query) }),
    ...(headers.length === 0 ? {} : { headers: toLists(headers.map(([key, value]) => [key.trim(), value.trim()])) }),
    ...(body === undefined ? {} : { body: body.startsWith('@') ? await readText(body.slice(1)) : body }),
  };
}

function toPair(text: string, separator: string, usage: string): [string, string] {
  const at = text.indexOf(separator);
  if (at < 1) throw new UsageError(`"${text}" is not as it must be: ${usage}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function toLists(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
}

function toLines(context: ManagementContext, { trace, backendRequest, response }: Result): string[] {
  const { bold } = context.terminal;
  return [
    ...tableLines(
      context,
      [
        { heading: 'STEP', value: ({ step }) => step },
        { heading: 'OUTCOME', value: ({ outcome }) => outcome },
        { heading: 'MS', value: ({ ms }) => ms.toFixed(2) },
        { heading: 'DETAIL', value: ({ detail }) => detail },
      ],
      trace,
    ),
    '',
    ...(backendRequest === null
      ? [bold('The backend was not asked')]
      : [bold('Sent to the backend:'), printable(`${backendRequest.method} ${backendRequest.url}`), ...messageLines(backendRequest)]),
    '',
    bold('Answered to the caller:'),
    String(response.status),
    ...messageLines(response),
  ];
}

function messageLines({ headers, body, bodyEncoding, truncated }: Omit<Message, 'status'>): string[] {
  const fields = Object.entries(headers).flatMap(([name, values]) => values.map((value) => printable(`${name}: ${value}`)));
  const encoding = bodyEncoding === 'base64' && body !== '' ? ['(not text; as base64:)'] : [];
  const rest = truncated ? ['(the rest is left out)'] : [];
  return [...fields, ...(body === '' ? [] : ['', ...encoding, ...printableLines(body)]), ...rest];
}
