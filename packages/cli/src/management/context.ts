import { readFile } from 'node:fs/promises';
import { createManagementClient, type ManagementClient } from '@gatehouse/sdk/management';
import type { Given, MANAGEMENT_OPTIONS } from '../command-line/command.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { InputError } from '../input-error.ts';
import { UsageError } from '../usage-error.ts';
import { describeReadError } from './read-settings.ts';

/** The variables that commands read. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What a command of a control plane works with. */
export interface ManagementContext {
  client: ManagementClient;
  terminal: Terminal;
  /** The answer is for a script. */
  json: boolean;
}

type ManagementOptions = Given<{ name: ''; summary: ''; arguments: []; options: typeof MANAGEMENT_OPTIONS }>['options'];

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Throws `UsageError` without a URL or token that can be one. */
export async function createContext(options: ManagementOptions, terminal: Terminal, env: Variables): Promise<ManagementContext> {
  const url = options.url ?? env.GATEHOUSE_URL ?? DEFAULT_URL;
  const file = options['token-file'];
  const token = file === undefined ? env.GATEHOUSE_TOKEN?.trim() : await readToken(file);
  if (token === undefined || token === '') {
    throw new UsageError(
      file === undefined
        ? 'an access token is needed: set GATEHOUSE_TOKEN, or name its file with --token-file'
        : `${file} is empty: it must hold the access token`,
    );
  }
  try {
    return { client: createManagementClient({ url, token }), terminal, json: options.json };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new InputError(`cannot read the access token from ${file}: ${describeReadError(error)}`);
  }
}

/** Prints an answer: for scripts as it came, for people as lines. */
export function show({ json, terminal }: ManagementContext, body: unknown, toLines: () => readonly string[]): void {
  if (json) terminal.print(JSON.stringify(body, null, 2));
  else terminal.print(...toLines());
}
