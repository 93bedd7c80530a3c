import { type Command, defineCommand, local } from '../command-line/command.ts';

export const start = defineCommand({
  name: 'start',
  arguments: [],
  options: {
    config: {
      value: 'FILE',
      many: true,
      short: 'c',
      summary: 'Configuration; later files override earlier ones. Default: gatehouse.yaml.',
    },
    role: { value: 'ROLE', choices: ['all', 'control', 'gateway'], default: 'all', summary: 'What runs in this process.' },
    data: { value: 'DIR', default: '.gatehouse', summary: 'Where it keeps what must outlive it.' },
  },
  summary: 'Runs Gatehouse.',
  details: ['A changed file, or SIGHUP, reloads; SIGTERM lets requests end, then stops.'],
});

export const check = defineCommand({
  name: 'check',
  arguments: ['FILE…'],
  options: {},
  summary: 'Checks configuration and API definitions; prints every problem with file:line:column.',
  details: ['The files together are one configuration, later ones overriding earlier ones.'],
});

export const schema = defineCommand({
  name: 'schema',
  arguments: [],
  options: {},
  summary: 'Prints the JSON Schema of gatehouse.yaml, for editors.',
});

export const PROCESS_COMMANDS: readonly Command[] = [
  local(start, async () => {
    const { startCommand } = await import('../start-command.ts');
    return ({ options }) => {
      const { config, role, data } = options;
      return startCommand({ config: config.length === 0 ? undefined : config, role, data });
    };
  }),
  local(check, async () => {
    const { checkCommand } = await import('../check-command.ts');
    return (given) => checkCommand(given.arguments.FILE);
  }),
  local(schema, async () => {
    const { schemaCommand } = await import('../schema-command.ts');
    return async () => schemaCommand();
  }),
];
