import { type Command, defineCommand, remote } from '../command-line/command.ts';
import { LIST_OPTIONS } from './list-options.ts';

export const listApps = defineCommand({
  name: 'apps list',
  arguments: [],
  options: {
    owner: { value: 'TEAM', summary: "Only this team's." },
    search: { value: 'TEXT', summary: 'Only those with this in their name.' },
    ...LIST_OPTIONS,
  },
  summary: 'Lists apps.',
});

export const showApp = defineCommand({
  name: 'apps show',
  arguments: ['NAME'],
  options: {},
  summary: 'Shows an app and its credentials, without secrets.',
});

export const createApp = defineCommand({
  name: 'apps create',
  arguments: ['NAME'],
  options: {
    owner: { value: 'TEAM', summary: 'The team that owns it.' },
    description: { value: 'TEXT', summary: 'What it is.' },
  },
  summary: 'Creates an app and prints its credentials, this once.',
});

export const rotateApp = defineCommand({
  name: 'apps rotate',
  arguments: ['NAME'],
  options: {
    overlap: { value: 'SECONDS', integer: true, summary: 'How long the old credentials stay valid; default: a day; 0 ends them at once.' },
  },
  summary: 'Makes new credentials and prints them, this once.',
});

export const revokeCredential = defineCommand({
  name: 'apps revoke',
  arguments: ['NAME', 'APPKEY'],
  options: {},
  summary: 'Ends one set of credentials at once.',
});

export const requestAccess = defineCommand({
  name: 'apps request-access',
  arguments: ['APP', 'API', 'ENV'],
  options: { reason: { value: 'TEXT', summary: 'Why, for those who decide.' } },
  summary: "Asks the API's owner to let an app call it in an environment.",
});

export const authorizeApp = defineCommand({
  name: 'apps authorize',
  arguments: ['APP', 'API', 'ENV'],
  options: { expires: { value: 'TIME', summary: 'Until when, RFC 3339, such as 2027-01-31T00:00:00Z; default: for ever.' } },
  summary: 'Lets an app call an API in an environment; doing it again changes the expiry.',
});

export const unauthorizeApp = defineCommand({
  name: 'apps unauthorize',
  arguments: ['APP', 'ID_OR_API', '[ENV]'],
  options: {},
  summary: 'Takes an authorization back: the one with this id, or that for an API in an environment.',
});

export const listAuthorizations = defineCommand({
  name: 'apps authorizations',
  arguments: ['APP'],
  options: LIST_OPTIONS,
  summary: 'What an app may call, and where.',
});

export const deleteApp = defineCommand({
  name: 'apps delete',
  arguments: ['NAME'],
  options: {},
  summary: 'Deletes an app: its credentials are refused at once, everywhere.',
});

export const APPS_COMMANDS: readonly Command[] = [
  remote(listApps, async () => (await import('../management/apps.ts')).listApps),
  remote(showApp, async () => (await import('../management/apps.ts')).showApp),
  remote(createApp, async () => (await import('../management/apps.ts')).createApp),
  remote(rotateApp, async () => (await import('../management/apps.ts')).rotateApp),
  remote(revokeCredential, async () => (await import('../management/apps.ts')).revokeCredential),
  remote(requestAccess, async () => (await import('../management/access-requests.ts')).requestAccess),
  remote(authorizeApp, async () => (await import('../management/authorizations.ts')).authorizeApp),
  remote(unauthorizeApp, async () => (await import('../management/authorizations.ts')).unauthorizeApp),
  remote(listAuthorizations, async () => (await import('../management/authorizations.ts')).listAuthorizations),
  remote(deleteApp, async () => (await import('../management/apps.ts')).deleteApp),
];
