import { apis } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { formatFields } from '../command-line/format-table.ts';
import type * as specs from '../commands/apis-commands.ts';
import { show } from './context.ts';
import { printList, tableLines } from './print-list.ts';

export const listApis: ManagementRun<typeof specs.listApis> = ({ options }, context) => {
  const { owner, environment, backend, search } = options;
  return printList(
    context,
    options,
    (paging) => context.client.pages(apis.listApis, { query: { ...paging, owner, environment, backend, search } }),
    [
      { heading: 'NAME', value: ({ name }) => name },
      { heading: 'BASE PATH', value: ({ basePath }) => basePath },
      { heading: 'OWNER', value: (api) => api.owner },
      { heading: 'PUBLISHED', value: ({ published }) => published.map((one) => `${one.environment} (${one.revision})`).join(', ') },
      { heading: 'TITLE', value: ({ title }) => title },
    ],
  );
};

export const showApi: ManagementRun<typeof specs.showApi> = async (given, context) => {
  const { body } = await context.client.call(apis.getApi, { params: { name: given.arguments.NAME } });
  show(context, body, () => [
    ...formatFields({
      name: body.name,
      title: body.title,
      description: body.description,
      owner: body.owner,
      group: body.group,
      'base path': body.basePath,
      operations: body.operations,
      backends: body.backends.join(', '),
      'managed by': body.managedBy,
      'unpublished changes': body.changed,
      version: body.version,
    }),
    ...(body.published.length === 0 ? ['', 'It is published nowhere'] : ['']),
    ...tableLines(
      context,
      [
        { heading: 'ENVIRONMENT', value: ({ environment }) => environment },
        { heading: 'REVISION', value: ({ revision }) => revision },
        { heading: 'PUBLISHED', value: ({ publishedAt }) => publishedAt },
        { heading: 'BY', value: ({ publishedBy }) => publishedBy },
      ],
      body.published,
    ),
  ]);
  return 0;
};

export const showDefinition: ManagementRun<typeof specs.showDefinition> = async (given, context) => {
  const { body } = await context.client.call(apis.getDefinition, {
    params: { name: given.arguments.NAME },
    query: { revision: given.options.revision },
  });
  context.terminal.print(JSON.stringify(body, null, 2));
  return 0;
};

export const deleteApi: ManagementRun<typeof specs.deleteApi> = async (given, context) => {
  const { body } = await context.client.call(apis.deleteApi, {
    params: { name: given.arguments.NAME },
    query: { confirm: given.options.confirm },
  });
  show(context, body, () => [
    `Deleted the API ${body.deleted}`,
    ...body.unpublished.map(({ environment, revision }) => `Unpublished: revision ${revision} in ${environment}`),
  ]);
  return 0;
};
