/** One thing that a definition lists: an operation, a schema, a type. */
export interface ContentsItem {
  /** Unique within a definition. */
  key: string;
  /** A method or kind in a word. */
  badge: string | undefined;
  title: string;
  /** A second line, of which the end tells most: a path. */
  detail: string | undefined;
  deprecated: boolean;
  /** What a filter looks through first, in lower case. */
  words: string;
  /** The beginning of its description, in lower case. */
  about: string;
}

export interface ContentsGroup {
  name: string;
  items: readonly ContentsItem[];
  /** Folded also where others are not. */
  folded?: boolean;
}

/** What a definition lists, an item perhaps in several groups. */
export interface ContentsIndex {
  /** What the items are called: "operations". */
  what: string;
  /** It begins with a page on the definition as a whole. */
  overview: boolean;
  groups: readonly ContentsGroup[];
}

/** One line of the contents. */
export type ContentsRow =
  | { kind: 'overview'; key: string }
  | { kind: 'group'; key: string; name: string; count: number; open: boolean }
  | { kind: 'item'; key: string; item: ContentsItem };

const OVERVIEW: ContentsRow = { kind: 'overview', key: 'overview' };
const MENTIONED = 'In descriptions';
/** A definition of more items begins with its groups folded. */
const SHORT = 60;

/** The contents as they stand, groups folded but for those in `open`. */
export function contentsRows({ groups, overview }: ContentsIndex, open: ReadonlySet<string>): ContentsRow[] {
  return [
    ...(overview ? [OVERVIEW] : []),
    ...groups.flatMap(({ name, items }) => {
      const isOpen = open.has(name);
      const head: ContentsRow = { kind: 'group', key: `group ${name}`, name, count: items.length, open: isOpen };
      return isOpen ? [head, ...items.map((item) => toRow(name, item))] : [head];
    }),
  ];
}

/**
 * What a filter leaves: items with every word of it in their method, path, summary, id or group; then those with every word somewhere in
 * their description. Each once.
 */
export function foundRows({ groups }: ContentsIndex, find: string): ContentsRow[] {
  const words = find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fits = (text: string) => words.every((word) => text.includes(word));
  const seen = new Set<string>();
  const rows: ContentsRow[] = [];
  const add = (name: string, items: readonly ContentsItem[]) => {
    for (const { key } of items) seen.add(key);
    if (items.length === 0) return;
    rows.push({ kind: 'group', key: `group ${name}`, name, count: items.length, open: true }, ...items.map((item) => toRow(name, item)));
  };
  for (const { name, items } of groups)
    add(
      name,
      items.filter((item) => !seen.has(item.key) && fits(item.words)),
    );
  const mentioned = new Map<string, ContentsItem>();
  for (const item of groups.flatMap(({ items }) => items)) {
    if (!seen.has(item.key) && fits(`${item.words} ${item.about}`)) mentioned.set(item.key, item);
  }
  add(MENTIONED, [...mentioned.values()]);
  return rows;
}

/** The groups that are unfolded to begin with: all of a short definition, else that of what is shown. */
export function openGroups({ groups }: ContentsIndex, current: string): Set<string> {
  const holding = groups.find(({ items }) => items.some(({ key }) => key === current));
  const count = groups.reduce((sum, { items, folded }) => sum + (folded === true ? 0 : items.length), 0);
  const open = count <= SHORT ? groups.filter(({ folded }) => folded !== true) : holding === undefined ? groups.slice(0, 1) : [];
  return new Set([...open, ...(holding === undefined ? [] : [holding])].map(({ name }) => name));
}

function toRow(group: string, item: ContentsItem): ContentsRow {
  return { kind: 'item', key: `${group} ${item.key}`, item };
}
