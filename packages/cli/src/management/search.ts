import { portal } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/catalog-commands.ts';
import { show } from './context.ts';
import { tableLines } from './print-list.ts';

export const search: ManagementRun<typeof specs.search> = async ({ arguments: { WORD }, options }, context) => {
  const { body } = await context.client.call(portal.search, { query: { q: WORD.join(' '), limit: options.limit } });
  show(context, body, () =>
    tableLines(
      context,
      [
        { heading: 'KIND', value: ({ kind }) => kind },
        { heading: 'TITLE', value: ({ title }) => title },
        { heading: 'NAME', value: ({ ref }) => ref },
        { heading: 'DETAIL', value: ({ detail }) => detail },
      ],
      body.items,
    ),
  );
  if (!context.json && body.items.length === 0) context.terminal.complain('There are none.');
  return 0;
};
