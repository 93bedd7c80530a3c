import { system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { formatFields } from '../command-line/format-table.ts';
import type * as specs from '../commands/system-commands.ts';
import { show } from './context.ts';

export const whoami: ManagementRun<typeof specs.whoami> = async (_given, context) => {
  const { body } = await context.client.call(system.getMe);
  show(context, body, () => formatFields({ name: body.name, role: body.role, teams: body.teams.join(', '), expires: body.expiresAt }));
  return 0;
};
