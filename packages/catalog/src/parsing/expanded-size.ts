/**
 * Whether a value stays below a number of characters when everything that aliases share is written out, as JSON does. Sharing
 * one text of a megabyte ten thousand times costs nothing until the entity is stored. The value must not contain itself.
 */
export function isExpandedBelow(value: unknown, charactersMax: number): boolean {
  const sizes = new Map<object, number>();
  const measure = (item: unknown): number => {
    if (typeof item === 'string') return item.length + 3;
    if (typeof item !== 'object' || item === null) return 5;
    const known = sizes.get(item);
    if (known !== undefined) return known;
    let size = 2;
    if (Array.isArray(item)) for (const child of item) size += measure(child);
    else for (const [key, child] of Object.entries(item)) size += key.length + 3 + measure(child);
    sizes.set(item, size);
    return size;
  };
  return measure(value) <= charactersMax;
}
