import { backends } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { formatFields } from '../command-line/format-table.ts';
import type * as specs from '../commands/backends-commands.ts';
import { show } from './context.ts';
import { printList, tableLines } from './print-list.ts';

export const listBackends: ManagementRun<typeof specs.listBackends> = ({ options }, context) =>
  printList(context, options, (paging) => context.client.pages(backends.listBackends, { query: { ...paging, search: options.search } }), [
    { heading: 'NAME', value: ({ name }) => name },
    { heading: 'TYPE', value: ({ type }) => type },
    { heading: 'OWNER', value: ({ owner }) => owner },
    { heading: 'DEFINED IN', value: ({ environments }) => environments.join(', ') },
    { heading: 'DESCRIPTION', value: ({ description }) => description },
  ]);

export const showBackend: ManagementRun<typeof specs.showBackend> = async (given, context) => {
  const { body } = await context.client.call(backends.getBackend, { params: { name: given.arguments.NAME } });
  show(context, body, () => [
    ...formatFields({
      name: body.name,
      type: body.type,
      owner: body.owner,
      description: body.description,
      'managed by': body.managedBy,
      'used by drafts': body.drafts.join(', '),
      version: body.version,
    }),
    ...(Object.keys(body.definitions).length === 0 ? [] : ['']),
    ...tableLines(
      context,
      [
        { heading: 'ENVIRONMENT', value: ([environment]) => environment },
        { heading: 'TARGETS', value: ([, { definition }]) => targetsOf(definition) },
        { heading: 'PUBLISHED', value: ([, { published }]) => published.map(({ api, revision }) => `${api} (${revision})`).join(', ') },
      ],
      Object.entries(body.definitions),
    ),
  ]);
  return 0;
};

export const createBackend: ManagementRun<typeof specs.createBackend> = async (given, context) => {
  const { type, description, owner } = given.options;
  const { body } = await context.client.call(backends.createBackend, { body: { name: given.arguments.NAME, type, description, owner } });
  show(context, body, () => [`Created the backend service ${body.name}. Next: gatehouse backends define ${body.name} ENV --target URL`]);
  return 0;
};

export const renameBackend: ManagementRun<typeof specs.renameBackend> = async (given, context) => {
  const { NAME, NEW } = given.arguments;
  const { body } = await context.client.call(backends.updateBackend, { params: { name: NAME }, body: { name: NEW } });
  show(context, body, () => [`${NAME} is called ${body.name} now`]);
  return 0;
};

export const deleteBackend: ManagementRun<typeof specs.deleteBackend> = async (given, context) => {
  const { body } = await context.client.call(backends.deleteBackend, { params: { name: given.arguments.NAME } });
  show(context, body, () => [`Deleted the backend service ${body.deleted}`]);
  return 0;
};

function targetsOf({ url, targets, network, service, mock, https }: Record<string, unknown>): string {
  if (typeof url === 'string') return url;
  const scheme = https === true ? 'https' : 'http';
  if (typeof network === 'string') return `${scheme} in the network ${network}`;
  if (typeof service === 'object' && service !== null && 'name' in service) return `${scheme} by DNS: ${String(service.name)}`;
  if (mock !== undefined) return 'answered by the gateway';
  const list = Array.isArray(targets) ? targets : [];
  return list.map(({ url: target, weight }) => (weight === undefined || weight === 1 ? target : `${target} (weight ${weight})`)).join(', ');
}
