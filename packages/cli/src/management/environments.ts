import { system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/system-commands.ts';
import { show } from './context.ts';
import { tableLines } from './print-list.ts';

export const listEnvironments: ManagementRun<typeof specs.listEnvironments> = async (_given, context) => {
  const { body } = await context.client.call(system.listEnvironments);
  show(context, body, () =>
    tableLines(
      context,
      [
        { heading: 'NAME', value: ({ name }) => name },
        { heading: 'DEFAULT', value: (environment) => (environment.default ? 'yes' : undefined) },
      ],
      body.items,
    ),
  );
  return 0;
};
