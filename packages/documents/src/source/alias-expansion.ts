/** Values that aliases may add to a document: enough for any honest one, and walked through in well under a second. */
const EXPANDED_MAX = 500_000;

/**
 * Says what is wrong with a value whose parts are shared (YAML aliases), or undefined. Sharing costs nothing by itself, but
 * whoever walks the value sees every use apart: nine levels of nine aliases are a "billion laughs" of 9^9 values, and a value
 * that contains itself never ends.
 */
export function findAliasProblem(value: unknown): string | undefined {
  const sizes = new Map<object, number>();
  const measure = (item: unknown): number => {
    if (typeof item !== 'object' || item === null) return 1;
    const known = sizes.get(item);
    if (known !== undefined) return known;
    sizes.set(item, Number.NaN);
    let size = 1;
    for (const child of Array.isArray(item) ? item : Object.values(item)) size += measure(child);
    sizes.set(item, size);
    return size;
  };
  const expanded = measure(value);
  if (Number.isNaN(expanded)) return 'an alias stands inside the value that it names, which would never end';
  return expanded > EXPANDED_MAX && expanded > 2 * ownSize(sizes)
    ? `the aliases expand to more than ${EXPANDED_MAX} values; write the document with fewer of them`
    : undefined;
}

/** Values as they are written, each once. */
function ownSize(sizes: ReadonlyMap<object, number>): number {
  let size = 1;
  for (const item of sizes.keys()) size += Array.isArray(item) ? item.length : Object.keys(item).length;
  return size;
}
