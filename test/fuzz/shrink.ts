const ATTEMPTS_MAX = 600;

/** Takes away from a text as long as it stays a failing one. Bounded; not the smallest there is, and small enough to read. */
export async function shrink(text: string, stillFails: (candidate: string) => Promise<boolean>): Promise<string> {
  let attempts = 0;
  let current = text;
  if (!(await stillFails(current))) return current;
  for (let size = Math.ceil(current.length / 2); size >= 1 && attempts < ATTEMPTS_MAX; ) {
    let shrunk = false;
    for (let at = 0; at < current.length && attempts < ATTEMPTS_MAX; ) {
      const candidate = current.slice(0, at) + current.slice(at + size);
      attempts++;
      if (candidate.length > 0 && (await stillFails(candidate))) {
        current = candidate;
        shrunk = true;
      } else {
        at += size;
      }
    }
    if (size === 1 && !shrunk) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return current;
}
