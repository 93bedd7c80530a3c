import { COMMON_OPTIONS, type Command, MANAGEMENT_OPTIONS, type OptionSpec } from './command.ts';

const SUMMARY_COLUMN = 32;

/** How a command is written, its own options included. */
export function usageOf({ spec }: Command): string {
  const options = Object.entries(spec.options).map(([name, option]) => {
    const written = `--${writeOption(name, option)}${option.many === true ? '…' : ''}`;
    return option.required === true ? written : `[${written}]`;
  });
  return ['gatehouse', spec.name, ...spec.arguments, ...options].join(' ');
}

/** Help for these commands: one in full, several as a list. */
export function renderHelp(commands: readonly Command[]): string[] {
  const [only] = commands;
  return only !== undefined && commands.length === 1 ? renderOne(only) : renderList(commands);
}

function renderOne(command: Command): string[] {
  const { spec, kind } = command;
  return [
    `Usage: ${usageOf(command)}`,
    '',
    `  ${spec.summary}`,
    ...(spec.details ?? []).map((line) => `  ${line}`),
    ...renderOptions('Options:', spec.options),
    ...(kind === 'management' ? renderOptions('Control plane:', MANAGEMENT_OPTIONS) : []),
    ...renderOptions('Always:', COMMON_OPTIONS),
  ];
}

function renderOptions(title: string, options: Readonly<Record<string, OptionSpec>>): string[] {
  const entries = Object.entries(options);
  if (entries.length === 0) return [];
  return ['', title, ...entries.map(([name, option]) => line(`--${writeOption(name, option)}`, describeOption(option)))];
}

function renderList(commands: readonly Command[]): string[] {
  const isManagement = (command: Command) => command.kind === 'management';
  const list = (part: readonly Command[]) => part.map(({ spec }) => line([spec.name, ...spec.arguments].join(' '), spec.summary));
  const listInFull = (part: readonly Command[]) =>
    part.map((command) => line(usageOf(command).slice('gatehouse '.length), command.spec.summary));
  const remote = commands.filter(isManagement);
  const here = commands.filter((command) => !isManagement(command));
  return [
    'Usage: gatehouse COMMAND [options]',
    ...(here.length === 0 ? [] : ['', ...listInFull(here)]),
    ...(remote.length === 0 ? [] : ['', 'Of a running control plane (--url URL, --token-file FILE, --json):', '', ...list(remote)]),
    '',
    'gatehouse help COMMAND, or --help after it, shows its options. --version shows the version.',
    '',
    'Exit codes: 0 done, 1 refused, 2 wrong usage.',
  ];
}

/** `comment TEXT`. */
export function writeOption(name: string, { value }: OptionSpec): string {
  return value === undefined ? name : `${name} ${value}`;
}

/** What an option does, with what the spec says of its values. */
export function describeOption({ summary, default: preset, choices, many }: OptionSpec): string {
  return [
    summary,
    ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
    ...(many === true ? ['May be repeated.'] : []),
    ...(preset === undefined ? [] : [`Default: ${preset}.`]),
  ].join(' ');
}

function line(left: string, right: string): string {
  const padded = left.length < SUMMARY_COLUMN - 3 ? left.padEnd(SUMMARY_COLUMN - 2) : `${left}\n${' '.repeat(SUMMARY_COLUMN)}`;
  return `  ${padded}${right}`;
}
