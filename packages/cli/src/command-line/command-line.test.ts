import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { system } from '@gatehouse/contract/management';
import { describe, expect, test } from 'vitest';
import { COMMAND_GROUPS, loadCommands } from '../commands/commands.ts';
import { createToken } from '../commands/system-commands.ts';
import { runForTest } from '../testing/run-for-test.ts';
import { optionsOf, readArgument } from './command.ts';
import { formatTable } from './format-table.ts';
import { printable, printableLines } from './printable.ts';
import { renderReference } from './reference.ts';

const COMMANDS = await loadCommands();

describe('the table of commands', () => {
  test('every command says what it does, has code behind it, and is found by its first word', async () => {
    for (const command of COMMANDS) {
      const { name, summary, arguments: args } = command.spec;
      expect(summary, name).toMatch(/^[A-Z].*\.$/);
      expect(await command.load(), name).toBeTypeOf('function');
      expect(
        COMMAND_GROUPS.filter(({ words }) => words.includes(name.split(' ')[0] ?? '')),
        name,
      ).toHaveLength(1);
      // What may be left out, or is endless, ends the line: else nobody could say what an argument is.
      expect(
        args.slice(0, -1).filter((written) => readArgument(written).optional || readArgument(written).many),
        name,
      ).toEqual([]);
      // An option of the command must not hide one that every command has.
      expect(Object.keys(optionsOf(command)).length, name).toBe(
        Object.keys(command.spec.options).length + (command.kind === 'management' ? 5 : 2),
      );
    }
    expect(new Set(COMMANDS.map(({ spec }) => spec.name)).size).toBe(COMMANDS.length);
  });

  test('docs/command-line.md is what the table says (vitest -u writes it)', async () => {
    const page = fileURLToPath(new URL('../../../../docs/command-line.md', import.meta.url));
    const [introduction = ''] = readFileSync(page, 'utf8').split('## Every command');
    await expect(`${introduction}${renderReference(COMMANDS)}`).toMatchFileSnapshot(page);
  });

  test('tokens can be made for every role that there is', () => {
    expect(createToken.options.role.choices).toEqual(system.role.options);
  });
});

describe('help', () => {
  test.each(COMMANDS.map(({ spec }) => spec.name))('%s --help shows its usage and every option, and runs nothing', async (name) => {
    const { exit, stdout, stderr } = await runForTest([...name.split(' '), '--help']);
    const command = COMMANDS.find(({ spec }) => spec.name === name);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: gatehouse ${[name, ...(command?.spec.arguments ?? [])].join(' ')}`);
    for (const option of Object.keys(command?.spec.options ?? {})) expect(stdout).toContain(`--${option}`);
    expect(await runForTest(['help', ...name.split(' ')])).toEqual({ exit, stdout, stderr });
  });

  test('of a group lists its commands; without a command that is wrong usage', async () => {
    const help = await runForTest(['help', 'apis']);
    expect(help.stdout).toContain('apis publish NAME ENV');
    expect(help.stdout).not.toContain('backends');
    expect(await runForTest(['apis'])).toEqual({ exit: 2, stdout: '', stderr: help.stdout });
  });
});

describe('wrong usage ends with 2 and says what is right', () => {
  const publish = ['apis', 'publish', 'petstore'];
  test.each([
    [['aps', 'list'], 'there is no command "aps"; did you mean apis?'],
    [['apis', 'pulbish'], 'there is no command "apis pulbish"; did you mean publish?'],
    [['help', 'apis', 'lits'], 'there is no command "apis lits"; did you mean list?'],
    [['apis', '--json', 'list'], 'apis needs a command before its options: gatehouse help apis'],
    [publish, 'apis publish needs ENV: gatehouse apis publish NAME ENV'],
    [[...publish, 'test', 'now'], '"now" is one argument too many: gatehouse apis publish NAME ENV'],
    [[...publish, 'test', '--dryrun'], 'apis publish has no option "--dryrun"; did you mean --dry-run?'],
    [[...publish, 'test', '--token', 'secret'], 'apis publish has no option "--token"'],
    [[...publish, 'test', '--json=yes'], '"--json" takes no value'],
    [[...publish, 'test', '--comment', '--json'], '"--comment" needs a value: --comment TEXT'],
    [[...publish, 'test', '--wait', '5s'], '"--wait" must be a whole number, not "5s"'],
    [[...publish, 'test', '--wait', '1', '--wait', '2'], '"--wait" is given twice'],
    [
      ['tokens', 'create', 'ci', '--role', 'publihser'],
      '"--role" must be one of viewer, developer, publisher, admin, node, not "publihser"; did you mean publisher?',
    ],
    [['tokens', 'create', 'ci'], 'tokens create needs --role ROLE'],
    [['apis', 'save', 'petstore'], 'apis save needs --file FILE (all settings) or --definition FILE (the OpenAPI document), or both'],
    [['apis', 'rollback', 'petstore', 'test', 'last'], 'REVISION must be a whole number, not "last": gatehouse apis revisions NAME'],
    [
      ['backends', 'define', 'pets', 'test', '--url', 'http://a'],
      'backends define needs either --target URL or --file FILE (--url is where the control plane is)',
    ],
  ])('%j', async (args, message) => {
    const outcome = await runForTest(args, { GATEHOUSE_TOKEN: 'token' });
    expect(outcome).toEqual({ exit: 2, stdout: '', stderr: `gatehouse: ${message}\nTry: gatehouse --help\n` });
  });

  test.each([
    [{}, [], /set GATEHOUSE_TOKEN/],
    [{ GATEHOUSE_TOKEN: 'token', GATEHOUSE_URL: 'control:3000' }, [], /absolute http or https URL/],
    [{ GATEHOUSE_TOKEN: 'hunter2 hunter2' }, [], /access token/],
    [{ GATEHOUSE_TOKEN: 'token' }, ['--url', 'http://user:hunter2@control'], /no user/],
  ])('%j', async (env, args, message) => {
    const outcome = await runForTest(['whoami', ...args], env as Record<string, string>);
    expect(outcome.exit).toBe(2);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toContain('hunter2');
  });
});

describe('what is printed', () => {
  test('columns are as wide as what stands in them, and nothing is a dash', () => {
    const columns = [
      { heading: 'NAME', value: ([name]: (string | null)[]) => name },
      { heading: 'OWNER', value: ([, owner]: (string | null)[]) => owner },
    ];
    expect(
      formatTable(columns, [
        ['petstore', null],
        ['a', 'team-pets'],
      ]),
    ).toEqual(['NAME      OWNER', 'petstore  -', 'a         team-pets']);
  });

  test('what came from elsewhere cannot rule the terminal', () => {
    expect(printable('a\u001b]0;evil\u0007\n\u202eb')).toBe('a\ufffd]0;evil\ufffd \ufffdb');
    expect(printableLines('{\r\n\t"a": "\u001b[2J"\n}')).toEqual(['{', '\t"a": "\ufffd[2J"', '}']);
  });
});
