import type { Command } from '../command-line/command.ts';

/** Commands that are declared in one module, and the first words by which they are called. */
export interface CommandGroup {
  words: readonly string[];
  load(): Promise<readonly Command[]>;
}

/**
 * Every command: help, parser and docs/command-line.md are made of this table. Loaded in groups, so that `start` and `check` do not wait
 * for what they have nothing to do with.
 */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { words: ['start', 'check', 'schema'], load: async () => (await import('./process-commands.ts')).PROCESS_COMMANDS },
  { words: ['entity'], load: async () => (await import('./entity-commands.ts')).ENTITY_COMMANDS },
  { words: ['backends'], load: async () => (await import('./backends-commands.ts')).BACKENDS_COMMANDS },
  { words: ['apis'], load: async () => (await import('./apis-commands.ts')).APIS_COMMANDS },
  { words: ['apps'], load: async () => (await import('./apps-commands.ts')).APPS_COMMANDS },
  {
    words: ['access-requests'],
    load: async () => (await import('./access-requests-commands.ts')).ACCESS_REQUESTS_COMMANDS,
  },
  { words: ['catalog', 'search'], load: async () => (await import('./catalog-commands.ts')).CATALOG_COMMANDS },
  {
    words: ['domains', 'environments', 'nodes', 'audit', 'tokens', 'whoami'],
    load: async () => (await import('./system-commands.ts')).SYSTEM_COMMANDS,
  },
];

/** Every command there is. */
export async function loadCommands(groups: readonly CommandGroup[] = COMMAND_GROUPS): Promise<Command[]> {
  return (await Promise.all(groups.map((group) => group.load()))).flat();
}
