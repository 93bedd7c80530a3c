import { type OperationResult, system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { formatFields } from '../command-line/format-table.ts';
import type * as specs from '../commands/system-commands.ts';
import { show } from './context.ts';
import { printList } from './print-list.ts';

type Node = OperationResult<typeof system.getNode>;

export const listNodes: ManagementRun<typeof specs.listNodes> = ({ options }, context) =>
  printList(context, options, (query) => context.client.pages(system.listNodes, { query }), [
    { heading: 'NAME', value: ({ name }) => name },
    { heading: 'STATE', value: stateOf },
    { heading: 'SNAPSHOT', value: ({ applied }) => applied?.snapshot },
    { heading: 'REJECTED', value: ({ rejected }) => rejected?.snapshot },
    { heading: 'LAST SEEN', value: ({ lastSeenAt }) => lastSeenAt },
    { heading: 'ADDRESS', value: ({ address }) => address },
    { heading: 'ID', value: ({ id }) => id },
  ]);

export const showNode: ManagementRun<typeof specs.showNode> = async (given, context) => {
  const { body } = await context.client.call(system.getNode, { params: { id: given.arguments.ID } });
  show(context, body, () =>
    formatFields({
      id: body.id,
      name: body.name,
      kind: body.kind,
      state: stateOf(body),
      address: body.address,
      version: body.version,
      applied: body.applied === null ? null : `snapshot ${body.applied.snapshot} at ${body.applied.at}`,
      rejected: body.rejected === null ? null : `snapshot ${body.rejected.snapshot} at ${body.rejected.at}: ${body.rejected.reason}`,
      credentials: body.credentialsCursor,
      'connected to': body.connectedTo,
      'first seen': body.firstSeenAt,
      'last seen': body.lastSeenAt,
    }),
  );
  return 0;
};

export const forgetNode: ManagementRun<typeof specs.forgetNode> = async (given, context) => {
  const { body } = await context.client.call(system.deleteNode, { params: { id: given.arguments.ID } });
  show(context, body, () => [`Forgot the node ${body.forgotten}`]);
  return 0;
};

function stateOf({ connected, behind }: Node): string {
  if (!connected) return 'gone';
  return behind ? 'behind' : 'current';
}
