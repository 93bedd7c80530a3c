import type { ApiDraft } from '../import/import-draft.ts';
import { formatDurations } from '../schema/format-duration.ts';

/** A draft as it was sent, without the definition: durations as text, and nothing that is empty. */
export function toWrittenDraft({ definition: _, timeouts, ...rest }: ApiDraft): Record<string, unknown> {
  const written = { ...rest, timeouts: formatDurations(timeouts) };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined && !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
