import { COMMON_OPTIONS, type Command, MANAGEMENT_OPTIONS, type OptionSpec } from './command.ts';
import { describeOption, writeOption } from './help.ts';

/** The commands as the reference part of docs/command-line.md. */
export function renderReference(commands: readonly Command[]): string {
  const groups = Map.groupBy(commands, ({ spec }) => spec.name.split(' ')[0] ?? '');
  const parts = [...groups].flatMap(([group, members]) => [`### ${group}`, ...members.map(renderCommand)]);
  return `${['## Every command', ...renderShared(), ...parts].join('\n\n')}\n`;
}

function renderShared(): string[] {
  return [
    'Every command takes:',
    renderOptions(COMMON_OPTIONS),
    'Every command of a control plane (all but `start`, `check`, `schema`) takes:',
    renderOptions(MANAGEMENT_OPTIONS),
  ];
}

function renderCommand({ spec }: Command): string {
  const usage = ['gatehouse', spec.name, ...spec.arguments].join(' ');
  const options = Object.keys(spec.options).length === 0 ? [] : [renderOptions(spec.options)];
  return [`**\`${usage}\`**`, [spec.summary, ...(spec.details ?? [])].join(' '), ...options].join('\n\n');
}

function renderOptions(options: Readonly<Record<string, OptionSpec>>): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const written = `\`--${writeOption(name, option)}\`${option.required === true ? ' (needed)' : ''}`;
    return `| ${escapeCell(written)} | ${escapeCell(describeOption(option))} |`;
  });
  return ['| option | does |', '| --- | --- |', ...rows].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
