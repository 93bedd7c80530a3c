import { apps, type OperationResult } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type { Column } from '../command-line/format-table.ts';
import type * as apisSpecs from '../commands/apis-commands.ts';
import type * as specs from '../commands/apps-commands.ts';
import { InputError } from '../input-error.ts';
import { type ManagementContext, show } from './context.ts';
import { printList } from './print-list.ts';

type Authorization = OperationResult<typeof apps.createAuthorization>;

const COLUMNS = {
  id: { heading: 'ID', value: ({ id }) => id },
  app: { heading: 'APP', value: ({ app }) => app },
  api: { heading: 'API', value: ({ api }) => api },
  environment: { heading: 'ENVIRONMENT', value: ({ environment }) => environment },
  expires: { heading: 'EXPIRES', value: ({ expiresAt }) => expiresAt },
} satisfies Record<string, Column<Authorization>>;

export const listAuthorizations: ManagementRun<typeof specs.listAuthorizations> = (given, context) =>
  printList(
    context,
    given.options,
    (query) => context.client.pages(apps.listAuthorizations, { params: { name: given.arguments.APP }, query }),
    [COLUMNS.api, COLUMNS.environment, COLUMNS.expires, COLUMNS.id],
  );

export const listConsumers: ManagementRun<typeof apisSpecs.listConsumers> = (given, context) => {
  const { environment, app } = given.options;
  return printList(
    context,
    given.options,
    (paging) =>
      context.client.pages(apps.listConsumers, { params: { name: given.arguments.NAME }, query: { ...paging, environment, app } }),
    [COLUMNS.app, COLUMNS.environment, COLUMNS.expires, COLUMNS.id],
  );
};

export const authorizeApp: ManagementRun<typeof specs.authorizeApp> = async (given, context) => {
  const { APP: name, API: api, ENV: environment } = given.arguments;
  const { body } = await context.client.call(apps.createAuthorization, {
    params: { name },
    body: { api, environment, expiresAt: given.options.expires },
  });
  const until = body.expiresAt === null ? '' : ` until ${body.expiresAt}`;
  show(context, body, () => [`${body.app} may call ${body.api} in ${body.environment}${until} (${body.id})`]);
  return 0;
};

export const unauthorizeApp: ManagementRun<typeof specs.unauthorizeApp> = async (given, context) => {
  const { APP: name, ID_OR_API: idOrApi, ENV: environment } = given.arguments;
  const id = environment === undefined ? idOrApi : await findAuthorization(context, name, idOrApi, environment);
  const { body } = await context.client.call(apps.deleteAuthorization, { params: { name, id } });
  show(context, body, () => [`${body.app} may not call ${body.api} in ${body.environment} any more`]);
  return 0;
};

async function findAuthorization({ client }: ManagementContext, name: string, api: string, environment: string): Promise<string> {
  for await (const { items } of client.pages(apps.listAuthorizations, { params: { name }, query: { limit: 500 } })) {
    const found = items.find((item) => item.api === api && item.environment === environment);
    if (found !== undefined) return found.id;
  }
  throw new InputError(`${name} is not authorized for ${api} in ${environment}`);
}
