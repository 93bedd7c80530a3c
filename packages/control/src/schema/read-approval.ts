/** Who lets an app call an API: its owner, or nobody. */
export type Approval = 'owner' | 'automatic';

/** From the column `draft` of an API. */
export function readApproval(draft: string): Approval {
  return toApproval((JSON.parse(draft) as { approval?: unknown }).approval);
}

/** From the member of that name; whatever is not known there leaves it to the owner. */
export function toApproval(written: unknown): Approval {
  return written === 'automatic' ? 'automatic' : 'owner';
}
