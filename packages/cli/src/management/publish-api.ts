import { apis, type OperationResult } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/apis-commands.ts';
import { type ManagementContext, show } from './context.ts';
import { formatChanges } from './format-changes.ts';
import { tableLines } from './print-list.ts';
import { readRevision } from './read-revision.ts';

type Publication = OperationResult<typeof apis.publishApi>;
type NodeAnswer = Publication['nodes'][number];

/** The longest that the control plane waits for its nodes, and a little more. */
const TIMEOUT_MS = 75_000;

export const publishApi: ManagementRun<typeof specs.publishApi> = async (given, context) => {
  const { NAME: name, ENV: environment } = given.arguments;
  const { comment, revision, wait, 'dry-run': dryRun } = given.options;
  const { body } = await context.client.call(apis.publishApi, {
    params: { name },
    query: { wait, dryRun },
    body: { environment, comment, revision },
    timeoutMs: TIMEOUT_MS,
  });
  return printPublication(context, body);
};

export const rollbackApi: ManagementRun<typeof specs.rollbackApi> = async (given, context) => {
  const { NAME: name, ENV: environment, REVISION: revision } = given.arguments;
  const { comment, wait, 'dry-run': dryRun } = given.options;
  const { body } = await context.client.call(apis.rollbackApi, {
    params: { name },
    query: { wait, dryRun },
    body: { environment, revision: readRevision(revision), comment },
    timeoutMs: TIMEOUT_MS,
  });
  return printPublication(context, body);
};

export const unpublishApi: ManagementRun<typeof specs.unpublishApi> = async (given, context) => {
  const { NAME: name, ENV: environment } = given.arguments;
  const { body } = await context.client.call(apis.unpublishApi, {
    params: { name, environment },
    query: { wait: given.options.wait },
    timeoutMs: TIMEOUT_MS,
  });
  show(context, body, () => [
    `${body.api} is not published in ${body.environment} any more; it was revision ${body.revision} (snapshot ${body.snapshot})`,
    ...nodeLines(context, body.nodes),
  ]);
  return tellOfNodes(context, body.nodes);
};

async function printPublication(context: ManagementContext, body: Publication): Promise<number> {
  const { api, environment, revision, snapshot, nodes } = body;
  const changes = context.json ? [] : await formatChanges(body.changes);
  const what =
    snapshot === null
      ? `${api} would be published in ${environment} as revision ${revision}; nothing was changed`
      : `${api} is published in ${environment}: revision ${revision} (snapshot ${snapshot})`;
  show(context, body, () => [what, ...nodeLines(context, nodes), '', ...changes]);
  return tellOfNodes(context, nodes);
}

function nodeLines(context: ManagementContext, nodes: readonly NodeAnswer[]): string[] {
  if (nodes.length === 0) return [];
  return [
    '',
    ...tableLines(
      context,
      [
        { heading: 'NODE', value: ({ name }) => name },
        { heading: 'STATE', value: ({ state }) => state },
        { heading: 'REASON', value: ({ reason }) => reason },
      ],
      nodes,
    ),
  ];
}

/** The change is made; but a pipeline must not go on as if every node served it when one has said that it does not. */
function tellOfNodes({ terminal }: ManagementContext, nodes: readonly NodeAnswer[]): number {
  const rejected = nodes.filter(({ state }) => state === 'rejected');
  const late = nodes.filter(({ state }) => state === 'unreachable' || state === 'pending');
  if (late.length > 0)
    terminal.complain(`gatehouse: ${late.length} of ${nodes.length} nodes have not answered yet; they follow when they can`);
  if (rejected.length === 0) return 0;
  terminal.complain(`gatehouse: ${rejected.length} of ${nodes.length} nodes rejected it and serve what they served before`);
  return 1;
}
