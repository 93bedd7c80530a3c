import { BACKEND_TYPES } from '@gatehouse/contract/backend-types';
import { type Command, defineCommand, remote } from '../command-line/command.ts';
import { CONFIRM_OPTION, LIST_OPTIONS } from './list-options.ts';

export const listBackends = defineCommand({
  name: 'backends list',
  arguments: [],
  options: { search: { value: 'TEXT', summary: 'Only those with this in their name.' }, ...LIST_OPTIONS },
  summary: 'Lists backend services.',
});

export const showBackend = defineCommand({
  name: 'backends show',
  arguments: ['NAME'],
  options: {},
  summary: 'Shows a backend service: its definition in every environment, and who uses it.',
});

export const createBackend = defineCommand({
  name: 'backends create',
  arguments: ['NAME'],
  options: {
    type: { value: 'TYPE', choices: BACKEND_TYPES, default: 'http', summary: 'Its type, which never changes.' },
    description: { value: 'TEXT', summary: 'What it is.' },
    owner: { value: 'TEAM', summary: 'The team that may change it.' },
  },
  summary: 'Creates a backend service, without a definition in any environment yet.',
});

export const renameBackend = defineCommand({
  name: 'backends rename',
  arguments: ['NAME', 'NEW'],
  options: {},
  summary: 'Renames a backend service; what refers to it follows.',
});

export const defineBackend = defineCommand({
  name: 'backends define',
  arguments: ['NAME', 'ENV'],
  options: {
    target: { value: 'URL', many: true, summary: 'Where it is; several share the requests evenly.' },
    file: {
      value: 'FILE',
      summary:
        'YAML or JSON with the whole definition (network, service or mock; timeouts, health check), as under environments in gatehouse.yaml.',
    },
    ...CONFIRM_OPTION,
  },
  summary: 'Defines a backend service in an environment; what is published there on it is served with the new definition at once.',
});

export const undefineBackend = defineCommand({
  name: 'backends undefine',
  arguments: ['NAME', 'ENV'],
  options: CONFIRM_OPTION,
  summary: 'Removes the definition from an environment; what is published there on it is unpublished there.',
});

export const deleteBackend = defineCommand({
  name: 'backends delete',
  arguments: ['NAME'],
  options: {},
  summary: 'Deletes a backend service that nothing uses.',
});

export const BACKENDS_COMMANDS: readonly Command[] = [
  remote(listBackends, async () => (await import('../management/backends.ts')).listBackends),
  remote(showBackend, async () => (await import('../management/backends.ts')).showBackend),
  remote(createBackend, async () => (await import('../management/backends.ts')).createBackend),
  remote(renameBackend, async () => (await import('../management/backends.ts')).renameBackend),
  remote(defineBackend, async () => (await import('../management/define-backend.ts')).defineBackend),
  remote(undefineBackend, async () => (await import('../management/define-backend.ts')).undefineBackend),
  remote(deleteBackend, async () => (await import('../management/backends.ts')).deleteBackend),
];
