import { apis } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/apis-commands.ts';
import { show } from './context.ts';
import { formatChanges } from './format-changes.ts';
import { printList } from './print-list.ts';
import { readRevision } from './read-revision.ts';

export const listRevisions: ManagementRun<typeof specs.listRevisions> = (given, context) =>
  printList(
    context,
    given.options,
    (query) => context.client.pages(apis.listRevisions, { params: { name: given.arguments.NAME }, query }),
    [
      { heading: 'REVISION', value: ({ number }) => number },
      { heading: 'CREATED', value: ({ createdAt }) => createdAt },
      { heading: 'BY', value: ({ createdBy }) => createdBy },
      { heading: 'OPERATIONS', value: ({ operations }) => operations },
      { heading: 'LIVE IN', value: ({ environments }) => environments.join(', ') },
      { heading: 'COMMENT', value: ({ comment }) => comment },
    ],
  );

export const diffApi: ManagementRun<typeof specs.diffApi> = async (given, context) => {
  const { NAME: name, REVISION } = given.arguments;
  const { against, 'fail-on-breaking': failOnBreaking } = given.options;
  const { body } = await context.client.call(apis.diffRevisions, {
    params: { name, revision: readRevision(REVISION) },
    query: { against },
  });
  const lines = context.json ? [] : await formatChanges(body);
  show(context, body, () => lines);
  if (!failOnBreaking || !body.breaking) return 0;
  context.terminal.complain(`gatehouse: revision ${REVISION} of ${name} breaks callers`);
  return 1;
};
