import { parseArgs } from 'node:util';
import { type CommandGroup, loadCommands } from '../commands/commands.ts';
import { UsageError } from '../usage-error.ts';
import { type Command, type CommandSpec, type Given, type OptionSpec, optionsOf, readArgument } from './command.ts';

/** What a command line asks for. */
export type CommandLine =
  | { kind: 'run'; command: Command; given: Given<CommandSpec> }
  /** `commands`: those that help is wanted for; `asked`: help was asked for, or else a command is missing. */
  | { kind: 'help'; commands: readonly Command[]; asked: boolean }
  | { kind: 'version' };

type Values = Map<string, string[]>;

/** Reads a command line against the table of commands. Throws `UsageError`. */
export async function parseCommandLine(args: readonly string[], groups: readonly CommandGroup[]): Promise<CommandLine> {
  const [first, ...others] = args;
  if (first === '--version') return { kind: 'version' };
  if (first === undefined) return { kind: 'help', commands: await loadCommands(groups), asked: false };
  if (first === '--help' || first === '-h') return { kind: 'help', commands: await loadCommands(groups), asked: true };
  if (first === 'help') return { kind: 'help', commands: await findCommands(others, await loadCommands(groups)), asked: true };
  const own = groups.find(({ words }) => words.includes(first));
  const commands = await loadCommands(own === undefined ? groups : [own]);
  const command = findCommand(args, commands);
  if (command !== undefined) return parseCommand(command, args.slice(wordsOf(command).length));
  const group = commands.filter((candidate) => wordsOf(candidate)[0] === first);
  if (group.length === 0) throw new UsageError(`there is no command "${first}"${await suggestWord(first, commands, 0)}`);
  const [second] = others;
  if (second === undefined || second === '--help' || second === '-h') return { kind: 'help', commands: group, asked: second !== undefined };
  if (second.startsWith('-')) throw new UsageError(`${first} needs a command before its options: gatehouse help ${first}`);
  throw new UsageError(`there is no command "${first} ${second}"${await suggestWord(second, group, 1)}`);
}

function wordsOf({ spec }: Command): string[] {
  return spec.name.split(' ');
}

/** The command whose words begin the command line, the longest one. */
function findCommand(args: readonly string[], commands: readonly Command[]): Command | undefined {
  const matching = commands.filter((command) => wordsOf(command).every((word, index) => args[index] === word));
  return matching.toSorted((one, other) => wordsOf(other).length - wordsOf(one).length)[0];
}

/** Every command that begins with these words. */
async function findCommands(words: readonly string[], commands: readonly Command[]): Promise<readonly Command[]> {
  const found = commands.filter((command) => words.every((word, index) => wordsOf(command)[index] === word));
  if (found.length > 0) return found;
  const index = commands.some((command) => wordsOf(command)[0] === words[0]) ? 1 : 0;
  const near = index === 0 ? commands : commands.filter((command) => wordsOf(command)[0] === words[0]);
  throw new UsageError(`there is no command "${words.join(' ')}"${await suggestWord(words[index] ?? '', near, index)}`);
}

function suggestWord(word: string, commands: readonly Command[], index: number): Promise<string> {
  return suggest(word, new Set(commands.map((command) => wordsOf(command)[index] ?? '')));
}

/** The ending `; did you mean x?` of a message; empty when nothing is close. Only who has made a mistake waits for it. */
async function suggest(word: string, candidates: Iterable<string>): Promise<string> {
  const { findNearestWord } = await import('@gatehouse/contract/nearest');
  const nearest = findNearestWord(word, candidates);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

async function parseCommand(command: Command, args: readonly string[]): Promise<CommandLine> {
  const options = optionsOf(command);
  const { name } = command.spec;
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.entries(options).map(([key, { value, short }]) => [key, toParseArgs(value, short)])),
    allowPositionals: true,
    // Its messages know nothing of suggestions.
    strict: false,
    tokens: true,
  });
  const values: Values = new Map();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const near = await suggest(
        token.rawName,
        Object.keys(options).map((key) => `--${key}`),
      );
      throw new UsageError(`${name} has no option "${token.rawName}"${near}`);
    }
    const value = option.value === undefined ? readFlag(token.rawName, token.value) : await readValue(token, option, options);
    const earlier = values.get(token.name) ?? [];
    if (earlier.length > 0 && option.many === undefined && option.value !== undefined) {
      throw new UsageError(`"${token.rawName}" is given twice`);
    }
    values.set(token.name, [...earlier, value]);
  }
  if (values.has('help')) return { kind: 'help', commands: [command], asked: true };
  const given = { arguments: toArguments(command.spec, positionals), options: toOptions(command.spec, options, values) };
  return { kind: 'run', command, given: given as unknown as Given<CommandSpec> };
}

function toParseArgs(value: string | undefined, short: string | undefined) {
  return {
    type: value === undefined ? ('boolean' as const) : ('string' as const),
    multiple: true,
    ...(short === undefined ? {} : { short }),
  };
}

function readFlag(rawName: string, value: string | undefined): string {
  if (value !== undefined) throw new UsageError(`"${rawName}" takes no value`);
  return '';
}

async function readValue(
  { rawName, value, inlineValue }: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  { value: what = 'VALUE', choices, integer }: OptionSpec,
  options: Readonly<Record<string, OptionSpec>>,
): Promise<string> {
  // A following option is no value, unless it is written as one: --comment=--json.
  const isOption =
    inlineValue !== true && value?.startsWith('--') === true && Object.hasOwn(options, value.slice(2).split('=', 1)[0] ?? '');
  if (value === undefined || isOption) throw new UsageError(`"${rawName}" needs a value: ${rawName} ${what}`);
  if (integer === true && !/^\d{1,9}$/.test(value)) throw new UsageError(`"${rawName}" must be a whole number, not "${value}"`);
  if (choices !== undefined && !choices.includes(value)) {
    throw new UsageError(`"${rawName}" must be one of ${choices.join(', ')}, not "${value}"${await suggest(value, choices)}`);
  }
  return value;
}

function toArguments(spec: CommandSpec, positionals: readonly string[]): Record<string, string | string[] | undefined> {
  const wanted = spec.arguments.map(readArgument);
  const usage = `gatehouse ${[spec.name, ...spec.arguments].join(' ')}`;
  const missing = wanted.find(({ optional }, index) => !optional && positionals[index] === undefined);
  if (missing !== undefined) throw new UsageError(`${spec.name} needs ${missing.name}: ${usage}`);
  const isEndless = wanted.some(({ many }) => many);
  const tooMany = positionals[wanted.length];
  if (tooMany !== undefined && !isEndless) throw new UsageError(`"${tooMany}" is one argument too many: ${usage}`);
  return Object.fromEntries(wanted.map(({ name, many }, index) => [name, many ? positionals.slice(index) : positionals[index]]));
}

function toOptions(spec: CommandSpec, options: Readonly<Record<string, OptionSpec>>, values: Values): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const given = (values.get(name) ?? (option.default === undefined ? [] : [option.default])).map((value) =>
      option.integer === true ? Number(value) : value,
    );
    if (option.required === true && given.length === 0) throw new UsageError(`${spec.name} needs --${name} ${option.value ?? ''}`.trim());
    result[name] = option.value === undefined ? given.length > 0 : option.many === true ? given : given[0];
  }
  return result;
}
