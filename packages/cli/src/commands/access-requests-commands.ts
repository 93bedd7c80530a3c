import { type Command, defineCommand, remote } from '../command-line/command.ts';
import { LIST_OPTIONS } from './list-options.ts';

const ANSWER_OPTION = { answer: { value: 'TEXT', summary: 'What those who asked are told.' } } as const;

export const listAccessRequests = defineCommand({
  name: 'access-requests list',
  arguments: [],
  options: {
    'to-decide': { summary: 'Only those that wait for your decision.' },
    state: { value: 'STATE', choices: ['pending', 'approved', 'rejected', 'withdrawn'], summary: 'Only those that are so.' },
    api: { value: 'API', summary: 'Only those for this API.' },
    app: { value: 'APP', summary: 'Only those of this app.' },
    environment: { value: 'ENV', summary: 'Only those for this environment.' },
    ...LIST_OPTIONS,
  },
  summary: 'Requests of your apps and for your APIs, newest first.',
});

export const approveAccess = defineCommand({
  name: 'access-requests approve',
  arguments: ['ID'],
  options: {
    expires: { value: 'TIME', summary: 'Until when, RFC 3339, such as 2027-01-31T00:00:00Z; default: for ever.' },
    ...ANSWER_OPTION,
  },
  summary: 'Lets the app call the API, as was asked for.',
});

export const rejectAccess = defineCommand({
  name: 'access-requests reject',
  arguments: ['ID'],
  options: ANSWER_OPTION,
  summary: 'Rejects a request.',
});

export const withdrawAccess = defineCommand({
  name: 'access-requests withdraw',
  arguments: ['ID'],
  options: {},
  summary: 'Takes a request of one of your apps back.',
});

export const ACCESS_REQUESTS_COMMANDS: readonly Command[] = [
  remote(listAccessRequests, async () => (await import('../management/access-requests.ts')).listAccessRequests),
  remote(approveAccess, async () => (await import('../management/access-requests.ts')).approveAccess),
  remote(rejectAccess, async () => (await import('../management/access-requests.ts')).rejectAccess),
  remote(withdrawAccess, async () => (await import('../management/access-requests.ts')).withdrawAccess),
];
