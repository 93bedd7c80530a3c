/** Levels of lists and maps that a definition or a policy may have: nobody writes half of them, and what walks through them recurses. */
export const NESTING_MAX = 200;

/**
 * Whether lists and maps are nested more than `max` deep, found without recursion. What several places share (an anchor of YAML) is
 * looked at again only where it stands deeper, so that neither a loop nor a tree of shared branches costs more than `max` walks.
 */
export function isNestedDeeper(value: unknown, max: number = NESTING_MAX): boolean {
  const seen = new Map<object, number>();
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    if (depth > max) return true;
    if ((seen.get(next.value) ?? 0) >= depth) continue;
    seen.set(next.value, depth);
    for (const member of Object.values(next.value)) if (typeof member === 'object') waiting.push({ value: member, depth });
  }
  return false;
}

/** Why something of that depth is refused; goes on from the name of what it is. */
export const NESTED_TOO_DEEPLY = `is nested more than ${NESTING_MAX} levels deep`;
