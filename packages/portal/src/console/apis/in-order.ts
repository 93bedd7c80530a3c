/** Sorted by the environments in their order of promotion; what the configuration does not have any more comes last. */
export function inOrder<Item extends { environment: string }>(items: readonly Item[], order: readonly string[]): Item[] {
  const place = ({ environment }: Item) => {
    const at = order.indexOf(environment);
    return at === -1 ? order.length : at;
  };
  return [...items].sort((one, other) => place(one) - place(other));
}
