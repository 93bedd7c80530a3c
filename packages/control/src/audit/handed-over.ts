import type { AuditEntry } from './record-audit.ts';

/**
 * The entries of a change after which a resource may be another team's. What it was, and who changed it, is for the team that had it
 * (`entry.owner`); the one that gets it is told what it is, and nothing of before.
 */
export function handedOver({ before, ...entry }: AuditEntry, newOwner: string | null): AuditEntry[] {
  const told: AuditEntry = before === undefined ? entry : { ...entry, before };
  return newOwner === entry.owner ? [told] : [told, { ...entry, owner: newOwner }];
}
