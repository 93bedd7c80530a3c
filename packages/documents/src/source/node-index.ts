import { CHOMPING_MODE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { readPlainScalar } from './plain-scalar.ts';

/** Ints kept per node: kind, start, end, next, style, extra. */
const WIDTH = 6;
const KIND = 0;
/** Where the value is shown to stand; -1: it has no text of its own (`key:` and nothing). */
const START = 1;
/** Scalars: end of the raw value. Aliases: the node that is meant, -1 for none. */
const END = 2;
/** The node after this one and all that is in it. */
const NEXT = 3;
/** Scalars: style, chomping and whether the raw text is the value. */
const STYLE = 4;
/** Scalars: start of the raw value. */
const RAW = 5;

/** A node of a document, by its number. */
export type NodeId = number;

/**
 * Where every value of one YAML document stands. Kept as numbers in one array, because a document of 10,000 operations has
 * half a million nodes: objects for them would cost a hundred megabytes, and seconds to make.
 */
export class NodeIndex {
  readonly #text: string;
  readonly #nodes: Int32Array;
  /** Keys of the maps that were looked into. */
  readonly #maps = new Map<NodeId, Map<string, { key: NodeId; value: NodeId }>>();
  readonly #lists = new Map<NodeId, NodeId[]>();
  /** Offset of the first alias (a value that is written elsewhere), -1 when there is none. */
  readonly firstAliasStart: number;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#nodes = new Int32Array(events.length * WIDTH);
    this.firstAliasStart = this.#fill(events);
  }

  get root(): NodeId {
    return 0;
  }

  /** Offset of the value, -1 when it has no text. */
  startOf(node: NodeId): number {
    return this.#int(node, START);
  }

  /** The scalar is written without quotes, so that its text decides what it is. */
  isPlain(node: NodeId): boolean {
    const target = this.#dereference(node);
    return this.#int(target, KIND) === EVENT_ID.SCALAR && (this.#int(target, STYLE) & 7) === SCALAR_STYLE.PLAIN;
  }

  /** The entry of a map or list; undefined when there is none. List entries have no key. */
  child(node: NodeId, part: string | number): { key: NodeId | undefined; value: NodeId } | undefined {
    const parent = this.#dereference(node);
    const kind = this.#int(parent, KIND);
    if (kind === EVENT_ID.MAPPING) return this.#mapOf(parent).get(String(part));
    if (kind !== EVENT_ID.SEQUENCE) return undefined;
    const value = this.#listOf(parent)[Number(part)];
    return value === undefined ? undefined : { key: undefined, value };
  }

  #mapOf(node: NodeId): Map<string, { key: NodeId; value: NodeId }> {
    const known = this.#maps.get(node);
    if (known !== undefined) return known;
    const entries = new Map<string, { key: NodeId; value: NodeId }>();
    // Kept before it is filled: a map that merges itself must end.
    this.#maps.set(node, entries);
    const merges: NodeId[] = [];
    const end = this.#int(node, NEXT);
    for (let key = node + 1; key < end; ) {
      const value = this.#int(key, NEXT);
      const name = this.#keyText(key);
      if (name === '<<' && this.isPlain(key)) merges.push(value);
      else entries.set(name, { key, value });
      key = this.#int(value, NEXT);
    }
    for (const merge of merges) this.#merge(entries, merge);
    return entries;
  }

  /** A merge key (`<<: *base`): what is not written here is found where it is written. */
  #merge(entries: Map<string, { key: NodeId; value: NodeId }>, merge: NodeId): void {
    const source = this.#dereference(merge);
    const sources = this.#int(source, KIND) === EVENT_ID.SEQUENCE ? this.#listOf(source) : [source];
    for (const item of sources) {
      const map = this.#dereference(item);
      if (this.#int(map, KIND) !== EVENT_ID.MAPPING) continue;
      for (const [name, entry] of this.#mapOf(map)) if (!entries.has(name)) entries.set(name, entry);
    }
  }

  #listOf(node: NodeId): NodeId[] {
    const known = this.#lists.get(node);
    if (known !== undefined) return known;
    const items: NodeId[] = [];
    const end = this.#int(node, NEXT);
    for (let item = node + 1; item < end; item = this.#int(item, NEXT)) items.push(item);
    this.#lists.set(node, items);
    return items;
  }

  #keyText(node: NodeId): string {
    const key = this.#dereference(node);
    if (this.#int(key, KIND) !== EVENT_ID.SCALAR) return '';
    const style = this.#int(key, STYLE);
    const event: ScalarEvent = {
      type: EVENT_ID.SCALAR,
      valueStart: this.#int(key, RAW),
      valueEnd: this.#int(key, END),
      anchorStart: -1,
      anchorEnd: -1,
      tagStart: -1,
      tagEnd: -1,
      style: SCALAR_STYLES[style & 7] ?? SCALAR_STYLE.PLAIN,
      chomping: CHOMPING_MODE.CLIP,
      indent: -1,
      fast: (style & 8) !== 0,
    };
    const text = getScalarValue(this.#text, event);
    return event.style === SCALAR_STYLE.PLAIN ? String(readPlainScalar(text)) : text;
  }

  #dereference(node: NodeId): NodeId {
    return this.#int(node, KIND) === EVENT_ID.ALIAS ? Math.max(0, this.#int(node, END)) : node;
  }

  #int(node: NodeId, field: number): number {
    return this.#nodes[node * WIDTH + field] ?? -1;
  }

  #fill(events: readonly Event[]): number {
    const nodes = this.#nodes;
    const open: NodeId[] = [];
    const anchors = new Map<string, NodeId>();
    let firstAliasStart = -1;
    let count = 0;
    for (const event of events) {
      if (event.type === EVENT_ID.DOCUMENT) continue;
      if (event.type === EVENT_ID.POP) {
        const node = open.pop();
        if (node !== undefined) nodes[node * WIDTH + NEXT] = count;
        continue;
      }
      const node = count++;
      const at = node * WIDTH;
      nodes[at + KIND] = event.type;
      nodes[at + NEXT] = count;
      if (event.type === EVENT_ID.ALIAS) {
        nodes[at + START] = event.anchorStart - 1;
        if (firstAliasStart === -1) firstAliasStart = event.anchorStart - 1;
        nodes[at + END] = anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd)) ?? -1;
        continue;
      }
      if (event.anchorStart !== -1) anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), node);
      if (event.type === EVENT_ID.SCALAR) {
        nodes[at + START] = startOfScalar(this.#text, event);
        nodes[at + END] = event.valueEnd;
        nodes[at + STYLE] = event.style | (event.fast ? 8 : 0);
        nodes[at + RAW] = event.valueStart;
      } else {
        nodes[at + START] = event.start;
        open.push(node);
      }
    }
    return firstAliasStart;
  }
}

const SCALAR_STYLES = [
  SCALAR_STYLE.PLAIN,
  SCALAR_STYLE.PLAIN,
  SCALAR_STYLE.SINGLE_QUOTED,
  SCALAR_STYLE.DOUBLE_QUOTED,
  SCALAR_STYLE.LITERAL_BLOCK,
  SCALAR_STYLE.FOLDED_BLOCK,
] as const;

/** The opening quote, the `|` or `>` of a block, or the first character. */
function startOfScalar(text: string, event: ScalarEvent): number {
  if (event.valueStart === -1) return -1;
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return event.valueStart - 1;
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK: {
      const lineEnd = event.valueStart - 1;
      const lineStart = text.lastIndexOf('\n', lineEnd - 1) + 1;
      const header = /[|>][-+1-9]{0,2}[ \t\r]*(?:#.*)?$/.exec(text.slice(lineStart, lineEnd));
      return header === null ? event.valueStart : lineStart + header.index;
    }
    default:
      return event.valueStart;
  }
}
