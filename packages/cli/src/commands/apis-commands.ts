import { type Command, defineCommand, type OptionSpec, remote } from '../command-line/command.ts';
import { CONFIRM_OPTION, LIST_OPTIONS } from './list-options.ts';

const PUBLISH_OPTIONS = {
  comment: { value: 'TEXT', summary: 'Kept with the revision and in the audit, and shown in the changelog that everybody reads.' },
  wait: { value: 'SECONDS', integer: true, summary: 'How long to wait for the nodes, at most 60; 0: not at all.' },
  'dry-run': { summary: 'Shows what would change, and changes nothing.' },
} as const satisfies Record<string, OptionSpec>;

export const listApis = defineCommand({
  name: 'apis list',
  arguments: [],
  options: {
    owner: { value: 'TEAM', summary: "Only this team's." },
    environment: { value: 'ENV', summary: 'Only those that are published there.' },
    backend: { value: 'NAME', summary: 'Only those that use this backend service.' },
    search: { value: 'TEXT', summary: 'Only those with this in their name or title.' },
    ...LIST_OPTIONS,
  },
  summary: 'Lists APIs and where they are published.',
});

export const showApi = defineCommand({
  name: 'apis show',
  arguments: ['NAME'],
  options: {},
  summary: 'Shows an API: its draft and where it is published.',
});

export const saveApi = defineCommand({
  name: 'apis save',
  arguments: ['NAME'],
  options: {
    file: { value: 'FILE', summary: 'YAML or JSON with all settings, as an entry of apis in gatehouse.yaml, without publish.' },
    definition: { value: 'FILE', summary: 'The OpenAPI document. Without --file, the settings of the API stay as they are.' },
    backend: { value: 'NAME', summary: 'The backend service of operations that name no integration of their own.' },
    'base-path': { value: 'PATH', summary: 'Where the API is, such as /petstore.' },
    owner: { value: 'TEAM', summary: 'The team that owns it.' },
  },
  summary: 'Saves the draft of an API; what is published stays as it is.',
  details: [
    'The definition may refer to other files: they are put into one document here.',
    'When it would not compile, nothing is saved and every problem is shown with file:line:column.',
  ],
});

export const publishApi = defineCommand({
  name: 'apis publish',
  arguments: ['NAME', 'ENV'],
  options: {
    revision: { value: 'N', integer: true, summary: 'Publishes this revision, for example to promote it, instead of the draft.' },
    ...PUBLISH_OPTIONS,
  },
  summary: 'Publishes an API in an environment; tells which nodes serve it and what changed.',
});

export const unpublishApi = defineCommand({
  name: 'apis unpublish',
  arguments: ['NAME', 'ENV'],
  options: { wait: PUBLISH_OPTIONS.wait },
  summary: 'Takes an API out of an environment.',
});

export const rollbackApi = defineCommand({
  name: 'apis rollback',
  arguments: ['NAME', 'ENV', 'REVISION'],
  options: PUBLISH_OPTIONS,
  summary: 'Publishes an earlier revision in an environment again.',
});

export const listRevisions = defineCommand({
  name: 'apis revisions',
  arguments: ['NAME'],
  options: LIST_OPTIONS,
  summary: 'The revisions of an API, newest first.',
});

export const diffApi = defineCommand({
  name: 'apis diff',
  arguments: ['NAME', 'REVISION'],
  options: {
    against: { value: 'N', integer: true, summary: 'The revision to compare with; default: the one before.' },
    'fail-on-breaking': { summary: 'Ends with exit code 1 when a change breaks callers.' },
  },
  summary: 'What a revision changed, operation by operation; ! marks what breaks callers.',
});

export const debugApi = defineCommand({
  name: 'apis debug',
  arguments: ['NAME', 'ENV', 'METHOD', 'PATH'],
  options: {
    app: { value: 'APP', summary: 'As this app; without it, as an unknown caller.' },
    header: { value: "'NAME: VALUE'", many: true, summary: 'A header field.' },
    query: { value: 'NAME=VALUE', many: true, summary: 'A query parameter, as it is, not encoded.' },
    body: { value: 'TEXT|@FILE', summary: 'The body, or the file that holds it.' },
  },
  summary: 'Sends a request through the gateway and shows what every step did with it.',
  details: ["PATH is below the API's base path, as its operations are written: /pets/7."],
});

export const listConsumers = defineCommand({
  name: 'apis consumers',
  arguments: ['NAME'],
  options: { environment: { value: 'ENV', summary: 'Only there.' }, app: { value: 'APP', summary: 'Only this app.' }, ...LIST_OPTIONS },
  summary: 'Who may call an API.',
});

export const showDefinition = defineCommand({
  name: 'apis definition',
  arguments: ['NAME'],
  options: { revision: { value: 'N', integer: true, summary: 'Of this revision; default: of the draft.' } },
  summary: 'Prints the OpenAPI document of an API, as JSON.',
});

export const deleteApi = defineCommand({
  name: 'apis delete',
  arguments: ['NAME'],
  options: CONFIRM_OPTION,
  summary: 'Deletes an API with its revisions and authorizations.',
});

export const APIS_COMMANDS: readonly Command[] = [
  remote(listApis, async () => (await import('../management/apis.ts')).listApis),
  remote(showApi, async () => (await import('../management/apis.ts')).showApi),
  remote(saveApi, async () => (await import('../management/save-api.ts')).saveApi),
  remote(publishApi, async () => (await import('../management/publish-api.ts')).publishApi),
  remote(unpublishApi, async () => (await import('../management/publish-api.ts')).unpublishApi),
  remote(rollbackApi, async () => (await import('../management/publish-api.ts')).rollbackApi),
  remote(listRevisions, async () => (await import('../management/revisions.ts')).listRevisions),
  remote(diffApi, async () => (await import('../management/revisions.ts')).diffApi),
  remote(debugApi, async () => (await import('../management/debug-api.ts')).debugApi),
  remote(listConsumers, async () => (await import('../management/authorizations.ts')).listConsumers),
  remote(showDefinition, async () => (await import('../management/apis.ts')).showDefinition),
  remote(deleteApi, async () => (await import('../management/apis.ts')).deleteApi),
];
