/** How a framework writes the parameters of its paths. */
export type Dialect = 'express' | 'fastify' | 'hono' | 'koa';

const PATH_LENGTH_MAX = 1024;
const SEGMENTS_MAX = 64;
/** Each optional part doubles the templates of one path. */
const VARIANTS_MAX = 8;

/** What a part of a path is: text, a parameter, or whatever comes (`greedy`). */
type Part = { kind: 'text'; text: string } | { kind: 'parameter' | 'greedy'; name: string };

/** A path that cannot be written as templates. */
class NoTemplate extends Error {}

/**
 * The OpenAPI templates of a path, more than one when it has optional parts; undefined for what no template can say. A parameter that
 * takes the whole rest of a path becomes `{name+}`, as Amazon API Gateway and Gatehouse write it.
 */
export function toTemplates(path: string, dialect: Dialect): string[] | undefined {
  if (path.length > PATH_LENGTH_MAX || !path.isWellFormed() || countSlashes(path) > SEGMENTS_MAX) return undefined;
  try {
    const templates = new PathReader(path, dialect).read().map((parts) => render(parts, dialect));
    return [...new Set(templates)];
  } catch (error) {
    if (error instanceof NoTemplate) return undefined;
    throw error;
  }
}

class PathReader {
  readonly #path: string;
  readonly #dialect: Dialect;
  #at = 0;
  #unnamed = 0;

  constructor(path: string, dialect: Dialect) {
    this.#path = path;
    this.#dialect = dialect;
  }

  read(): Part[][] {
    const variants = this.#readUntil('');
    if (this.#at < this.#path.length) throw new NoTemplate();
    return variants;
  }

  #readUntil(end: string): Part[][] {
    let variants: Part[][] = [[]];
    while (this.#at < this.#path.length && this.#path[this.#at] !== end) {
      const options = this.#readPart();
      variants = variants.flatMap((variant) =>
        options.map((option) => (option.length === 0 ? withoutSlash(variant) : [...variant, ...option])),
      );
      if (variants.length > VARIANTS_MAX) throw new NoTemplate();
    }
    return variants;
  }

  /** The ways in which the next part can be there, or be left out. */
  #readPart(): Part[][] {
    const character = this.#path[this.#at] ?? '';
    const next = this.#path[this.#at + 1] ?? '';
    if (character === '\\' && this.#dialect !== 'hono') return this.#take(2, text(next));
    if (character === ':' && next === ':' && this.#dialect === 'fastify') return this.#take(2, text(':'));
    if (character === ':') return this.#readParameter();
    if (character === '*') return this.#readWildcard();
    if (character === '(') return this.#readUnnamed();
    if (character === '{' && this.#dialect !== 'hono') return this.#readGroup();
    if (character === '?' || character === '+' || character === '[') return this.#readQuantifier(character);
    return this.#readText();
  }

  #readText(): Part[][] {
    const start = this.#at;
    do this.#at += 1;
    while (this.#at < this.#path.length && !SPECIAL.has(this.#path[this.#at] ?? ''));
    return [[text(this.#path.slice(start, this.#at))]];
  }

  #take(characters: number, ...parts: Part[]): Part[][] {
    this.#at += characters;
    return [parts];
  }

  #readParameter(): Part[][] {
    this.#at += 1;
    const name = this.#readName();
    const pattern = this.#readPattern();
    const part: Part = { kind: isGreedy(pattern) ? 'greedy' : 'parameter', name };
    return this.#withModifier(part);
  }

  /** `?`: may be left out. `*` and `+`: several segments. */
  #withModifier(part: Part): Part[][] {
    const modifier = this.#path[this.#at];
    if (modifier === '?') return [...this.#take(1), [part]];
    // In the syntax of Express 5 a star begins a wildcard of its own, which cannot follow a parameter.
    if ((modifier === '+' || modifier === '*') && part.kind !== 'text') return this.#take(1, { kind: 'greedy', name: part.name });
    return [[part]];
  }

  #readName(): string {
    if (this.#path[this.#at] === '"') {
      const end = this.#path.indexOf('"', this.#at + 1);
      if (end === -1) throw new NoTemplate();
      const name = this.#path.slice(this.#at + 1, end);
      this.#at = end + 1;
      return checkName(name);
    }
    const isPart = this.#dialect === 'hono' ? (character: string) => !'/{}?*'.includes(character) : isNameCharacter;
    const start = this.#at;
    while (this.#at < this.#path.length && isPart(this.#path[this.#at] ?? '/')) this.#at += 1;
    return checkName(this.#path.slice(start, this.#at));
  }

  /** The regular expression that a parameter must match; skipped, OpenAPI has none in paths. */
  #readPattern(): string | undefined {
    const open = this.#dialect === 'hono' ? '{' : '(';
    if (this.#path[this.#at] !== open) return undefined;
    const start = this.#at + 1;
    this.#at = this.#endOf(open, open === '(' ? ')' : '}');
    return this.#path.slice(start, this.#at - 1);
  }

  /** The place after the bracket that closes the one here. */
  #endOf(open: string, close: string): number {
    let depth = 0;
    for (let at = this.#at; at < this.#path.length; at += 1) {
      const character = this.#path[at];
      if (character === '\\') at += 1;
      else if (character === open) depth += 1;
      else if (character === close) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    throw new NoTemplate();
  }

  #readWildcard(): Part[][] {
    this.#at += 1;
    const start = this.#at;
    while (this.#dialect !== 'hono' && this.#at < this.#path.length && isNameCharacter(this.#path[this.#at] ?? '')) this.#at += 1;
    const name = this.#path.slice(start, this.#at);
    return [[{ kind: 'greedy', name: name === '' ? this.#unnamedName() : checkName(name) }]];
  }

  #readUnnamed(): Part[][] {
    const start = this.#at + 1;
    this.#at = this.#endOf('(', ')');
    const pattern = this.#path.slice(start, this.#at - 1);
    return this.#withModifier({ kind: isGreedy(pattern) ? 'greedy' : 'parameter', name: this.#unnamedName() });
  }

  #readGroup(): Part[][] {
    this.#at += 1;
    const inside = this.#readUntil('}');
    if (this.#path[this.#at] !== '}') throw new NoTemplate();
    this.#at += 1;
    if (this.#path[this.#at] === '?') this.#at += 1;
    return [[], ...inside];
  }

  /** `/?` at the end is what Express does anyway; any other is a regular expression in disguise. */
  #readQuantifier(character: string): Part[][] {
    const isTrailingSlash = character === '?' && this.#path[this.#at - 1] === '/' && this.#at === this.#path.length - 1;
    if (!isTrailingSlash || this.#dialect === 'fastify' || this.#dialect === 'hono') throw new NoTemplate();
    return this.#take(1);
  }

  #unnamedName(): string {
    this.#unnamed += 1;
    return this.#unnamed === 1 ? 'path' : `path${this.#unnamed}`;
  }
}

const SPECIAL: ReadonlySet<string> = new Set('\\:*(){}?+[]');

/** `/pets/:id?` without its id is `/pets`. */
function withoutSlash(parts: readonly Part[]): Part[] {
  const last = parts.at(-1);
  return last?.kind === 'text' && last.text.endsWith('/') ? [...parts.slice(0, -1), text(last.text.slice(0, -1))] : [...parts];
}

function text(value: string): Part {
  return { kind: 'text', text: value };
}

function isNameCharacter(character: string): boolean {
  return /^[\p{ID_Continue}$]$/u.test(character);
}

function checkName(name: string): string {
  if (name === '' || name.length > 64 || /[{}/?#%+*\s]/.test(name)) throw new NoTemplate();
  return name;
}

/** A pattern that also takes slashes, in the two ways that are in use. */
function isGreedy(pattern: string | undefined): boolean {
  return pattern === '.*' || pattern === '.+';
}

function countSlashes(path: string): number {
  let count = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count += 1;
  return count;
}

function render(parts: readonly Part[], dialect: Dialect): string {
  const names = new Set<string>();
  let path = '';
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') {
      path += encodeLiteral(part.text);
      continue;
    }
    let { name } = part;
    for (let number = 2; names.has(name); number += 1) name = `${part.name}${number}`;
    names.add(name);
    const isRest = part.kind === 'greedy' && index === parts.length - 1 && (path === '' || path.endsWith('/'));
    path += isRest ? `{${name}+}` : `{${name}}`;
  }
  path = `/${path}`.replaceAll(/\/{2,1024}/g, '/');
  // Express and Koa answer with and without the last slash; for the others they are two paths.
  const isLoose = dialect === 'express' || dialect === 'koa';
  return isLoose && path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function encodeLiteral(text: string): string {
  return text.replaceAll(/[\u0000-\u0020\u007f{}?#"<>^`|\\]/g, (character) => encodeURIComponent(character));
}
