import { apps } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import { formatFields } from '../command-line/format-table.ts';
import type * as specs from '../commands/apps-commands.ts';
import { show } from './context.ts';
import { printList, tableLines } from './print-list.ts';

export const listApps: ManagementRun<typeof specs.listApps> = ({ options }, context) => {
  const { owner, search } = options;
  return printList(context, options, (paging) => context.client.pages(apps.listApps, { query: { ...paging, owner, search } }), [
    { heading: 'NAME', value: ({ name }) => name },
    { heading: 'OWNER', value: (app) => app.owner },
    { heading: 'CREATED', value: ({ createdAt }) => createdAt },
    { heading: 'DESCRIPTION', value: ({ description }) => description },
  ]);
};

export const showApp: ManagementRun<typeof specs.showApp> = async (given, context) => {
  const { body } = await context.client.call(apps.getApp, { params: { name: given.arguments.NAME } });
  show(context, body, () => [
    ...formatFields({
      name: body.name,
      owner: body.owner,
      description: body.description,
      'managed by': body.managedBy,
      version: body.version,
    }),
    '',
    ...tableLines(
      context,
      [
        { heading: 'APPKEY', value: ({ appKey }) => appKey },
        { heading: 'CREATED', value: ({ createdAt }) => createdAt },
        { heading: 'EXPIRES', value: ({ expiresAt }) => expiresAt },
      ],
      body.credentials,
    ),
  ]);
  return 0;
};

export const createApp: ManagementRun<typeof specs.createApp> = async (given, context) => {
  const { owner, description } = given.options;
  const { body } = await context.client.call(apps.createApp, { body: { name: given.arguments.NAME, owner, description } });
  show(context, body, () => [`Created the app ${body.name}. Its secrets are shown this once:`, '', ...secretLines(body)]);
  return 0;
};

export const rotateApp: ManagementRun<typeof specs.rotateApp> = async (given, context) => {
  const { body } = await context.client.call(apps.rotateCredentials, {
    params: { name: given.arguments.NAME },
    body: { overlap: given.options.overlap },
  });
  const before = body.previousExpireAt === null ? 'The old ones ended' : `The old ones end at ${body.previousExpireAt}`;
  show(context, body, () => [`New credentials of ${body.name}, shown this once. ${before}.`, '', ...secretLines(body)]);
  return 0;
};

export const revokeCredential: ManagementRun<typeof specs.revokeCredential> = async (given, context) => {
  const { NAME: name, APPKEY: appKey } = given.arguments;
  const { body } = await context.client.call(apps.revokeCredential, { params: { name, appKey } });
  show(context, body, () => [`The credentials ${body.revoked} of ${name} ended`]);
  return 0;
};

export const deleteApp: ManagementRun<typeof specs.deleteApp> = async (given, context) => {
  const { body } = await context.client.call(apps.deleteApp, { params: { name: given.arguments.NAME } });
  show(context, body, () => [`Deleted the app ${body.deleted}`]);
  return 0;
};

function secretLines({ appKey, appSecret, appCode }: { appKey: string; appSecret: string; appCode: string }): string[] {
  return formatFields({ AppKey: appKey, AppSecret: appSecret, AppCode: appCode });
}
