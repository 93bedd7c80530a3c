import type { OptionSpec } from '../command-line/command.ts';

/** Options of commands that list. */
export const LIST_OPTIONS = {
  limit: { value: 'N', integer: true, default: '100', summary: 'Longest list, at most 500.' },
  cursor: { value: 'CURSOR', summary: 'Goes on where an earlier list ended.' },
  all: { summary: 'Everything, however long it is.' },
} as const satisfies Record<string, OptionSpec>;

/** The option of commands that are refused without it when they affect what is published. */
export const CONFIRM_OPTION = {
  confirm: { summary: 'Does it although published APIs are affected; without it they are shown and nothing is done.' },
} as const satisfies Record<string, OptionSpec>;
