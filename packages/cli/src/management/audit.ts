import { system } from '@gatehouse/contract/management';
import type { ManagementRun } from '../command-line/command.ts';
import type * as specs from '../commands/system-commands.ts';
import { printList } from './print-list.ts';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const listAudit: ManagementRun<typeof specs.listAudit> = ({ options }, context) => {
  const { actor, action, resource } = options;
  const nowMs = Date.now();
  const filters = { actor, action, resource, since: toTime(options.since, nowMs), until: toTime(options.until, nowMs) };
  return printList(context, options, (paging) => context.client.pages(system.listAudit, { query: { ...paging, ...filters } }), [
    { heading: 'TIME', value: ({ at }) => at },
    { heading: 'ACTOR', value: (entry) => entry.actor },
    { heading: 'ACTION', value: (entry) => entry.action },
    { heading: 'RESOURCE', value: (entry) => entry.resource },
    { heading: 'ENVIRONMENT', value: ({ environment }) => environment },
    { heading: 'FROM', value: ({ address }) => address },
  ]);
};

/** RFC 3339, or how long ago: `30m`. What is neither is sent as it is, and refused. */
function toTime(text: string | undefined, nowMs: number): string | undefined {
  const ago = /^(\d{1,6})([smhd])$/.exec(text ?? '');
  if (ago === null) return text;
  return new Date(nowMs - Number(ago[1]) * (UNITS_MS[ago[2] ?? ''] ?? 0)).toISOString();
}
