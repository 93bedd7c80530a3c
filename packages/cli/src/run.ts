import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const HELP = `Usage: gatehouse <command> [options]

  start [--config FILE]… [--role all|gateway] [--data DIR]
      Runs Gatehouse. Later files override earlier ones; default gatehouse.yaml.
      A changed file, or SIGHUP, reloads; SIGTERM lets requests end, then stops.
  check FILE…
      Checks configuration and API definitions; prints every problem with file:line:column.
  schema
      Prints the JSON Schema of gatehouse.yaml.

  --help, --version
  --debug   Shows stack traces of errors.

Exit codes: 0 done, 1 refused, 2 wrong usage.
`;

/** Runs one command line; loads what the command needs, not more. Resolves with the exit code; `start` resolves when it has been told to stop. */
export async function run(args: readonly string[]): Promise<number> {
  const debug = args.includes('--debug');
  try {
    return await dispatch(args.filter((arg) => arg !== '--debug'));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`gatehouse: ${error.message}\nTry: gatehouse --help\n`);
      return 2;
    }
    process.stderr.write(`gatehouse: ${error instanceof Error ? error.message : String(error)}\n`);
    if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

async function dispatch([command, ...rest]: string[]): Promise<number> {
  switch (command) {
    case undefined:
      process.stderr.write(HELP);
      return 2;
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case '--version':
      process.stdout.write(`${VERSION}\n`);
      return 0;
    case 'start': {
      const { values } = parse(rest, {
        config: { type: 'string', multiple: true, short: 'c' },
        role: { type: 'string', default: 'all' },
        data: { type: 'string', default: '.gatehouse' },
        help: { type: 'boolean', short: 'h' },
      });
      if (values.help === true) {
        process.stdout.write(HELP);
        return 0;
      }
      const { startCommand } = await import('./start-command.ts');
      return await startCommand({ config: values.config, role: String(values.role), data: String(values.data) });
    }
    case 'check': {
      const { values, positionals } = parse(rest, { help: { type: 'boolean', short: 'h' } });
      if (values.help === true) {
        process.stdout.write(HELP);
        return 0;
      }
      if (positionals.length === 0) throw new UsageError('check needs the files to check');
      const { checkCommand } = await import('./check-command.ts');
      return await checkCommand(positionals);
    }
    case 'schema':
      parse(rest, {});
      return (await import('./schema-command.ts')).schemaCommand();
    default:
      throw new UsageError(`there is no command "${command}"`);
  }
}

function parse<Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
