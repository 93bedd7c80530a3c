import { type OperationCall, system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/system-commands.ts';
import { InputError } from '../input-error.ts';
import { show } from './context.ts';
import { placedBy, withPlaces } from './place-problems.ts';
import { printList } from './print-list.ts';
import { readSettings } from './read-settings.ts';

export const listDomains: ManagementRun<typeof specs.listDomains> = ({ options }, context) =>
  printList(context, options, (query) => context.client.pages(system.listDomains, { query }), [
    { heading: 'HOST', value: ({ host }) => host },
    {
      heading: 'MAPPINGS',
      value: ({ mappings }) => mappings.map(({ path, api, environment }) => `/${path} -> ${api} (${environment})`).join(', '),
    },
    { heading: 'MANAGED BY', value: ({ managedBy }) => managedBy },
  ]);

export const putDomain: ManagementRun<typeof specs.putDomain> = async (given, context) => {
  const host = given.arguments.HOST;
  const { file } = given.options;
  const { value, placeOf } = await readSettings(file);
  const { host: named, ...settings } = value;
  if (named !== undefined && named !== host) throw new InputError(`${file} is for the host ${String(named)}, not ${host}`);
  const call = context.client.call(system.putDomain, {
    params: { host },
    body: settings as OperationCall<typeof system.putDomain>['body'],
  });
  const { body } = await withPlaces(call, placedBy(placeOf));
  show(context, body, () => [
    `${body.host} leads to:`,
    ...body.mappings.map(({ path, api, environment }) => `  /${path} -> ${api} in ${environment}`),
  ]);
  return 0;
};

export const deleteDomain: ManagementRun<typeof specs.deleteDomain> = async (given, context) => {
  const { body } = await context.client.call(system.deleteDomain, { params: { host: given.arguments.HOST } });
  show(context, body, () => [`Freed the host ${body.deleted}`]);
  return 0;
};
