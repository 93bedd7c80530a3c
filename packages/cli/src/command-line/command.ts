import type { ManagementContext } from '../management/context.ts';
import type { Terminal } from './terminal.ts';

/** An option that stands alone (`--json`) or takes a value (`--url URL`). */
export interface OptionSpec {
  /** What the value is called in help; absent: a flag. */
  value?: string;
  summary: string;
  /** May be given several times. */
  many?: true;
  /** The value is a whole number of at least 0. */
  integer?: true;
  /** The only values that there are. */
  choices?: readonly string[];
  required?: true;
  default?: string;
  /** One letter. */
  short?: string;
}

/**
 * One command as help, parser and docs/command-line.md know it. `arguments`: `NAME`, `[NAME]` may be left out, `NAME…` are one or more.
 */
export interface CommandSpec {
  /** Its words: `apis publish`. */
  name: string;
  arguments: readonly string[];
  options: Readonly<Record<string, OptionSpec>>;
  /** One sentence. */
  summary: string;
  /** Further sentences. */
  details?: readonly string[];
}

type ArgumentsOf<Names extends readonly string[]> = {
  [Written in Names[number] as Written extends `[${infer Name}]`
    ? Name
    : Written extends `${infer Name}…`
      ? Name
      : Written]: Written extends `[${string}]` ? string | undefined : Written extends `${string}…` ? string[] : string;
};

type ValueOf<Option extends OptionSpec> = Option extends { integer: true }
  ? number
  : Option extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type OptionOf<Option extends OptionSpec> = Option extends { value: string }
  ? Option extends { many: true }
    ? ValueOf<Option>[]
    : Option extends { required: true } | { default: string }
      ? ValueOf<Option>
      : ValueOf<Option> | undefined
  : boolean;

/** What a command line gave to a command, checked against its spec; lists that were not given are empty, flags false. */
export interface Given<Spec extends CommandSpec> {
  arguments: ArgumentsOf<Spec['arguments']>;
  options: { [Name in keyof Spec['options']]: OptionOf<Spec['options'][Name]> };
}

/** What a command gets when it is run. Resolves with the exit code. */
export type LocalRun<Spec extends CommandSpec> = (given: Given<Spec>, terminal: Terminal) => Promise<number>;
export type ManagementRun<Spec extends CommandSpec> = (given: Given<Spec>, context: ManagementContext) => Promise<number>;

/** A command and how its code is loaded, which happens only when it is run. */
export type Command = { spec: CommandSpec } & (
  | { kind: 'local'; load(): Promise<LocalRun<CommandSpec>> }
  | { kind: 'management'; load(): Promise<ManagementRun<CommandSpec>> }
);

/** Declares a command. */
export function defineCommand<const Spec extends CommandSpec>(spec: Spec): Spec {
  return spec;
}

/** A command that works on this machine only. */
export function local<Spec extends CommandSpec>(spec: Spec, load: () => Promise<LocalRun<Spec>>): Command {
  return { kind: 'local', spec, load: load as unknown as () => Promise<LocalRun<CommandSpec>> };
}

/** A command that calls the management interface: has the options of `MANAGEMENT_OPTIONS`, too. */
export function remote<Spec extends CommandSpec>(spec: Spec, load: () => Promise<ManagementRun<Spec>>): Command {
  return { kind: 'management', spec, load: load as unknown as () => Promise<ManagementRun<CommandSpec>> };
}

/** Options of every command. */
export const COMMON_OPTIONS = {
  help: { summary: 'Shows what the command does.', short: 'h' },
  debug: { summary: 'Shows stack traces of errors.' },
} as const satisfies Record<string, OptionSpec>;

/** Options of every command that calls the management interface. A token is no option: it would stand in lists of processes. */
export const MANAGEMENT_OPTIONS = {
  url: { value: 'URL', summary: 'Where the control plane is; default: GATEHOUSE_URL, else http://127.0.0.1:3000.' },
  'token-file': { value: 'FILE', summary: 'The file that holds the access token; default: the token is in GATEHOUSE_TOKEN.' },
  json: { summary: 'Prints the answer as it came, for scripts.' },
} as const satisfies Record<string, OptionSpec>;

/** Every option that a command takes. */
export function optionsOf({ kind, spec }: Command): Readonly<Record<string, OptionSpec>> {
  return { ...spec.options, ...(kind === 'management' ? MANAGEMENT_OPTIONS : {}), ...COMMON_OPTIONS };
}

/** How an argument is written in `arguments`, taken apart. */
export function readArgument(written: string): { name: string; optional: boolean; many: boolean } {
  const optional = written.startsWith('[');
  const many = written.endsWith('…');
  const name = optional ? written.slice(1, -1) : many ? written.slice(0, -1) : written;
  return { name, optional, many };
}
