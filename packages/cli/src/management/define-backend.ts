import { backends, type OperationCall } from '@gatehouse/contract/management';
import type { Given, ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/backends-commands.ts';
import { UsageError } from '../usage-error.ts';
import { show } from './context.ts';
import { placedBy, withPlaces } from './place-problems.ts';
import { tableLines } from './print-list.ts';
import { readSettings } from './read-settings.ts';

/** Nodes are waited for before the answer. */
const TIMEOUT_MS = 90_000;

type Definition = OperationCall<typeof backends.putBackendDefinition>['body'];

export const defineBackend: ManagementRun<typeof specs.defineBackend> = async (given, context) => {
  const { NAME: name, ENV: environment } = given.arguments;
  const { definition, toPlaced } = await readDefinition(given);
  const { body } = await withPlaces(
    context.client.call(backends.putBackendDefinition, {
      params: { name, environment },
      query: { confirm: given.options.confirm },
      body: definition,
      timeoutMs: TIMEOUT_MS,
    }),
    toPlaced,
  );
  const rejected = body.refreshed.filter(({ status }) => status === 'rejected');
  show(context, body, () => [
    `${name} is defined in ${environment}`,
    ...(body.refreshed.length === 0 ? ['Nothing that is published there uses it'] : ['', 'Served with the new definition:']),
    ...tableLines(
      context,
      [
        { heading: 'API', value: ({ api }) => api },
        { heading: 'REVISION', value: ({ revision }) => revision },
        { heading: 'STATUS', value: ({ status }) => status },
        { heading: 'REASON', value: ({ error }) => error },
      ],
      body.refreshed,
    ),
  ]);
  if (rejected.length > 0)
    context.terminal.complain(`gatehouse: the definition is stored, but nodes rejected it for ${rejected.length} of the APIs`);
  return rejected.length > 0 ? 1 : 0;
};

export const undefineBackend: ManagementRun<typeof specs.undefineBackend> = async (given, context) => {
  const { NAME: name, ENV: environment } = given.arguments;
  const { body } = await context.client.call(backends.deleteBackendDefinition, {
    params: { name, environment },
    query: { confirm: given.options.confirm },
    timeoutMs: TIMEOUT_MS,
  });
  show(context, body, () => [
    `${name} is not defined in ${environment} any more`,
    ...body.unpublished.map(({ api, revision }) => `Unpublished there: ${api}, revision ${revision}`),
  ]);
  return 0;
};

async function readDefinition({ options }: Given<typeof specs.defineBackend>) {
  const { target, file } = options;
  if ((target.length === 0) === (file === undefined)) {
    throw new UsageError('backends define needs either --target URL or --file FILE (--url is where the control plane is)');
  }
  if (file === undefined) {
    const [url, ...more] = target;
    const definition: Definition = more.length === 0 ? { url } : { targets: target.map((each) => ({ url: each })) };
    return { definition, toPlaced: placeless };
  }
  const { value, placeOf } = await readSettings(file);
  // Whether it is one is for the control plane to say, which knows every type.
  return { definition: value as Definition, toPlaced: placedBy(placeOf) };
}

function placeless<Problem>(problem: Problem): Problem {
  return problem;
}
