import { catalog } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/catalog-commands.ts';
import { show } from './context.ts';
import { printList, tableLines } from './print-list.ts';

export const listProviders: ManagementRun<typeof specs.listProviders> = async (_given, context) => {
  const { body } = await context.client.call(catalog.listProviders);
  show(context, body, () =>
    tableLines(
      context,
      [
        { heading: 'NAME', value: (provider) => provider.name },
        { heading: 'TARGET', value: (provider) => (provider.name.endsWith(`:${provider.target}`) ? null : provider.target) },
        { heading: 'STATE', value: ({ state }) => state },
        { heading: 'ENTITIES', value: ({ entities }) => entities },
        { heading: 'LAST SCAN', value: ({ lastScan }) => lastScan?.startedAt },
        { heading: 'NEXT', value: ({ nextScanAt }) => nextScanAt },
        {
          heading: 'ERROR',
          value: ({ error, errorSince }) => (error === null || errorSince === null ? error : `since ${errorSince}: ${error}`),
        },
      ],
      body.items,
    ),
  );
  if (!context.json && body.items.length === 0) context.terminal.complain('There are none.');
  return 0;
};

export const scanProvider: ManagementRun<typeof specs.scanProvider> = async (given, context) => {
  const { body } = await context.client.call(catalog.scanProvider, { params: { name: given.arguments.NAME } });
  show(context, body, () => [`Asked for a scan of ${body.requested}; how it goes: gatehouse catalog providers`]);
  return 0;
};

export const listProblems: ManagementRun<typeof specs.listProblems> = ({ options }, context) => {
  const { kind, entity } = options;
  return printList(context, options, (paging) => context.client.pages(catalog.listProblems, { query: { ...paging, kind, entity } }), [
    { heading: 'KIND', value: (problem) => problem.kind },
    { heading: 'ENTITY', value: (problem) => problem.entity },
    { heading: 'LOCATION', value: ({ location }) => location },
    { heading: 'KEPT BY', value: ({ keptBy }) => keptBy },
    { heading: 'SINCE', value: ({ since }) => since },
    { heading: 'MESSAGE', value: ({ message }) => message },
  ]);
};
