import { system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/system-commands.ts';
import { show } from './context.ts';
import { printList } from './print-list.ts';

export const listTokens: ManagementRun<typeof specs.listTokens> = ({ options }, context) =>
  printList(context, options, (query) => context.client.pages(system.listTokens, { query }), [
    { heading: 'NAME', value: ({ name }) => name },
    { heading: 'ROLE', value: ({ role }) => role },
    { heading: 'TEAMS', value: ({ teams }) => teams.join(', ') },
    { heading: 'EXPIRES', value: ({ expiresAt }) => expiresAt },
    { heading: 'LAST USED', value: ({ lastUsedAt }) => lastUsedAt },
    { heading: 'ID', value: ({ id }) => id },
  ]);

export const createToken: ManagementRun<typeof specs.createToken> = async (given, context) => {
  const { role, team, expires } = given.options;
  const { body } = await context.client.call(system.createToken, {
    body: { name: given.arguments.NAME, role, teams: team, expiresAt: expires },
  });
  // Alone on standard output, so that it can be put into a file.
  if (!context.json) context.terminal.complain(`Created the token ${body.name} (${body.id}), shown this once:`);
  show(context, body, () => [body.token]);
  return 0;
};

export const revokeToken: ManagementRun<typeof specs.revokeToken> = async (given, context) => {
  const { body } = await context.client.call(system.revokeToken, { params: { id: given.arguments.ID } });
  show(context, body, () => [`The token ${body.revoked} ended`]);
  return 0;
};
