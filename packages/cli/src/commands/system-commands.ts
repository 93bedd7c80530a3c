import { type Command, defineCommand, remote } from '../command-line/command.ts';
import { LIST_OPTIONS } from './list-options.ts';

export const listNodes = defineCommand({
  name: 'nodes list',
  arguments: [],
  options: LIST_OPTIONS,
  summary: 'Lists gateway nodes and what each has applied or rejected.',
});

export const showNode = defineCommand({ name: 'nodes show', arguments: ['ID'], options: {}, summary: 'Shows a gateway node.' });

export const forgetNode = defineCommand({
  name: 'nodes forget',
  arguments: ['ID'],
  options: {},
  summary: 'Forgets a gateway node that is gone.',
});

export const listAudit = defineCommand({
  name: 'audit',
  arguments: [],
  options: {
    actor: { value: 'NAME', summary: 'Only what this token, user or file did.' },
    action: { value: 'ACTION', summary: 'Only this operation, such as apis.publish.' },
    resource: { value: 'RESOURCE', summary: 'Only what happened to it, such as apis/petstore.' },
    since: { value: 'TIME', summary: 'From then on: RFC 3339, or how long ago, such as 30m, 2h, 7d.' },
    until: { value: 'TIME', summary: 'Up to then.' },
    ...LIST_OPTIONS,
  },
  summary: 'Who changed what, when and from where; newest first.',
  details: ['With --json also what it was before and after.'],
});

export const listTokens = defineCommand({
  name: 'tokens list',
  arguments: [],
  options: LIST_OPTIONS,
  summary: 'Lists access tokens, without the tokens themselves.',
});

export const createToken = defineCommand({
  name: 'tokens create',
  arguments: ['NAME'],
  options: {
    role: {
      value: 'ROLE',
      choices: ['viewer', 'developer', 'publisher', 'admin', 'node'],
      required: true,
      summary: 'What it may do; node: for gateway nodes.',
    },
    team: { value: 'TEAM', many: true, summary: 'Whose resources it reaches.' },
    expires: { value: 'TIME', summary: 'Until when, RFC 3339; default: for ever.' },
  },
  summary: 'Creates an access token and prints it, this once.',
});

export const revokeToken = defineCommand({
  name: 'tokens revoke',
  arguments: ['ID'],
  options: {},
  summary: 'Ends an access token at once.',
});

export const listDomains = defineCommand({
  name: 'domains list',
  arguments: [],
  options: LIST_OPTIONS,
  summary: 'Lists hosts and what their paths lead to.',
});

export const putDomain = defineCommand({
  name: 'domains put',
  arguments: ['HOST'],
  options: {
    file: { value: 'FILE', required: true, summary: 'YAML or JSON with its mappings, as an entry of domains in gatehouse.yaml.' },
  },
  summary: 'Binds a host: its paths lead to APIs in environments.',
});

export const deleteDomain = defineCommand({ name: 'domains delete', arguments: ['HOST'], options: {}, summary: 'Frees a host.' });

export const listEnvironments = defineCommand({
  name: 'environments list',
  arguments: [],
  options: {},
  summary: 'The environments, in the order in which APIs are promoted through them.',
});

export const whoami = defineCommand({
  name: 'whoami',
  arguments: [],
  options: {},
  summary: 'Whose token it is, and what it may do.',
});

export const SYSTEM_COMMANDS: readonly Command[] = [
  remote(listDomains, async () => (await import('../management/domains.ts')).listDomains),
  remote(putDomain, async () => (await import('../management/domains.ts')).putDomain),
  remote(deleteDomain, async () => (await import('../management/domains.ts')).deleteDomain),
  remote(listEnvironments, async () => (await import('../management/environments.ts')).listEnvironments),
  remote(listNodes, async () => (await import('../management/nodes.ts')).listNodes),
  remote(showNode, async () => (await import('../management/nodes.ts')).showNode),
  remote(forgetNode, async () => (await import('../management/nodes.ts')).forgetNode),
  remote(listAudit, async () => (await import('../management/audit.ts')).listAudit),
  remote(listTokens, async () => (await import('../management/tokens.ts')).listTokens),
  remote(createToken, async () => (await import('../management/tokens.ts')).createToken),
  remote(revokeToken, async () => (await import('../management/tokens.ts')).revokeToken),
  remote(whoami, async () => (await import('../management/whoami.ts')).whoami),
];
