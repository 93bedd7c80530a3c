/**
 * Header or trailer fields in the order in which they came (RFC 9110 section 5), as one flat list name, value, name, value.
 * Names keep the case in which they came and are compared without it. Names that are passed in must be lower case
 * where a parameter is called `lowerName`: callers know them when they are compiled, so nothing is lowered per request.
 */
export class Fields {
  list: string[];

  constructor(list: string[] = []) {
    this.list = list;
  }

  /** The first value, or undefined when there is no such field. */
  get(lowerName: string): string | undefined {
    const list = this.list;
    for (let i = 0; i < list.length; i += 2) {
      if (isName(list[i] as string, lowerName)) return list[i + 1];
    }
    return undefined;
  }

  has(lowerName: string): boolean {
    return this.get(lowerName) !== undefined;
  }

  /** Every value, in order. */
  all(lowerName: string): string[] {
    const values: string[] = [];
    const list = this.list;
    for (let i = 0; i < list.length; i += 2) {
      if (isName(list[i] as string, lowerName)) values.push(list[i + 1] as string);
    }
    return values;
  }

  /** Every value joined with `, ` (RFC 9110 section 5.3), or undefined when there is none. */
  joined(lowerName: string): string | undefined {
    let text: string | undefined;
    const list = this.list;
    for (let i = 0; i < list.length; i += 2) {
      if (isName(list[i] as string, lowerName)) text = text === undefined ? list[i + 1] : `${text}, ${list[i + 1]}`;
    }
    return text;
  }

  /** Adds a field at the end, whether or not one of that name is there. */
  add(name: string, value: string): void {
    this.list.push(name, value);
  }

  /** Replaces every field of that name by this one, in the place of the first. */
  set(name: string, lowerName: string, value: string): void {
    const list = this.list;
    for (let i = 0; i < list.length; i += 2) {
      if (isName(list[i] as string, lowerName)) {
        list[i] = name;
        list[i + 1] = value;
        removeFrom(list, lowerName, i + 2);
        return;
      }
    }
    list.push(name, value);
  }

  remove(lowerName: string): void {
    removeFrom(this.list, lowerName, 0);
  }

  /** Calls back for every field, in order. */
  forEach(visit: (name: string, value: string) => void): void {
    const list = this.list;
    for (let i = 0; i < list.length; i += 2) visit(list[i] as string, list[i + 1] as string);
  }
}

function removeFrom(list: string[], lowerName: string, start: number): void {
  let to = -1;
  for (let i = start; i < list.length; i += 2) {
    if (isName(list[i] as string, lowerName)) {
      if (to === -1) to = i;
    } else if (to !== -1) {
      list[to] = list[i] as string;
      list[to + 1] = list[i + 1] as string;
      to += 2;
    }
  }
  if (to !== -1) list.length = to;
}

/** Whether a field name, in any case, is the given lower-case one. Field names are ASCII tokens. */
export function isName(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  if (name === lowerName) return true;
  for (let i = 0; i < name.length; i++) {
    let code = name.charCodeAt(i);
    if (code >= 65 && code <= 90) code |= 32;
    if (code !== lowerName.charCodeAt(i)) return false;
  }
  return true;
}

/** A field name that RFC 9110 section 5.6.2 allows. */
export function isToken(text: string): boolean {
  return text.length > 0 && text.length <= 256 && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** A field value without control characters other than tab (RFC 9110 section 5.5): what may be written to the wire. */
export function isFieldValue(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127 || code > 255) return false;
  }
  return true;
}

/** Tokens of Connection that name no field that anybody would forward. */
const ORDINARY_TOKENS = new Set(['', 'close', 'keep-alive', 'upgrade', 'te']);
const TOKENS_MAX = 32;

/**
 * Takes out the fields that Connection names: they concern the connection that they came on (RFC 9110 section 7.6.1). Done before
 * anything else looks at a message: later, a client could name, and so strip, a field that a policy has set.
 */
export function removeConnectionFields(fields: Fields): void {
  const connection = fields.joined('connection');
  if (connection === undefined || connection.length > 4096) return;
  for (const part of connection.toLowerCase().split(',', TOKENS_MAX)) {
    const token = part.trim();
    if (!ORDINARY_TOKENS.has(token)) fields.remove(token);
  }
}
