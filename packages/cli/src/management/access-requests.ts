import { accessRequests, type OperationResult } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { printable } from '../command-line/printable.ts';
import type * as specs from '../commands/access-requests-commands.ts';
import type * as appsSpecs from '../commands/apps-commands.ts';
import { show } from './context.ts';
import { printList } from './print-list.ts';

type AccessRequest = OperationResult<typeof accessRequests.requestAccess>;

export const requestAccess: ManagementRun<typeof appsSpecs.requestAccess> = async (given, context) => {
  const { APP: name, API: api, ENV: environment } = given.arguments;
  const { body } = await context.client.call(accessRequests.requestAccess, {
    params: { name },
    body: { api, environment, reason: given.options.reason },
  });
  show(context, body, () => [
    body.state === 'approved'
      ? `Approved at once: ${mayCall(body)}`
      : `Asked ${body.apiOwner ?? 'the admins'}: ${body.app} wants to call ${body.api} in ${body.environment} (${body.id})`,
  ]);
  return 0;
};

export const listAccessRequests: ManagementRun<typeof specs.listAccessRequests> = ({ options }, context) => {
  const { state, api, app, environment } = options;
  const query = { state, api, app, environment, decidable: options['to-decide'] ? 'true' : 'false' };
  return printList(
    context,
    options,
    (paging) => context.client.pages(accessRequests.listAccessRequests, { query: { ...paging, ...query } }),
    [
      { heading: 'ASKED', value: ({ requestedAt }) => requestedAt },
      { heading: 'STATE', value: (request) => request.state },
      { heading: 'APP', value: (request) => request.app },
      { heading: 'OF', value: ({ appOwner }) => appOwner },
      { heading: 'API', value: (request) => request.api },
      { heading: 'ENVIRONMENT', value: (request) => request.environment },
      { heading: 'REASON', value: ({ reason }) => reason },
      { heading: 'ID', value: ({ id }) => id },
    ],
  );
};

export const approveAccess: ManagementRun<typeof specs.approveAccess> = async (given, context) => {
  const { expires, answer } = given.options;
  const { body } = await context.client.call(accessRequests.approveAccess, {
    params: { id: given.arguments.ID },
    body: { expiresAt: expires, answer },
  });
  show(context, body, () => [`${mayCall(body)}${expires === undefined ? '' : ` until ${printable(expires)}`}`]);
  return 0;
};

export const rejectAccess: ManagementRun<typeof specs.rejectAccess> = async (given, context) => {
  const { body } = await context.client.call(accessRequests.rejectAccess, {
    params: { id: given.arguments.ID },
    body: { answer: given.options.answer },
  });
  show(context, body, () => [`Rejected: ${body.app} may not call ${body.api} in ${body.environment}`]);
  return 0;
};

export const withdrawAccess: ManagementRun<typeof specs.withdrawAccess> = async (given, context) => {
  const { body } = await context.client.call(accessRequests.withdrawAccess, { params: { id: given.arguments.ID } });
  show(context, body, () => [`Taken back: ${body.app} does not ask for ${body.api} in ${body.environment} any more`]);
  return 0;
};

function mayCall({ app, api, environment }: AccessRequest): string {
  return `${app} may call ${api} in ${environment}`;
}
