import { absoluteOf, keyOf, type LoadedFiles, type Reference, toReference } from './load-documents.ts';
import { mergeWritten } from './merge.ts';
import { type Environment, readTyped, substitute } from './placeholders.ts';
import { type ConfigDocument, Spot, type Written, type WrittenHole } from './written.ts';

/** Includes within each other. */
const INCLUDE_DEPTH_MAX = 16;

/** Includes in all: files that include others twice each would otherwise double with every level. */
const INCLUDES_MAX = 1000;

/** Turns documents into trees: environment variables substituted, included files in their place. */
export class Expander {
  readonly #files: LoadedFiles;
  readonly #env: Environment;
  #includes = 0;
  /** Some part could not be read, so that what is missing may only be lost. */
  isIncomplete = false;

  constructor(files: LoadedFiles, env: Environment) {
    this.#files = files;
    this.#env = env;
  }

  /** The tree of a whole document. `chain`: documents whose includes led here, outermost first. */
  document(document: ConfigDocument, chain: readonly ConfigDocument[] = [], level = 0, keySpot = new Spot(document)): Written {
    return this.#value(document.source.value, { spot: new Spot(document), keySpot, chain: [...chain, document], level });
  }

  #value(value: unknown, at: Position): Written {
    const { spot, keySpot } = at;
    if (typeof value === 'string') return this.#text(value, at);
    if (typeof value !== 'object' || value === null) return { kind: 'scalar', value, spot, keySpot };
    if (Array.isArray(value)) {
      return { kind: 'list', items: value.map((item, index) => this.#value(item, below(at, index))), spot, keySpot };
    }
    const reference = toReference(value, this.#env);
    if (reference !== undefined) return this.#reference(reference, value, at);
    return this.#map(value, at);
  }

  #map(value: object, at: Position): Written {
    const entries = new Map<string, Written>();
    for (const [key, item] of Object.entries(value)) entries.set(key, this.#value(item, below(at, key)));
    return { kind: 'map', entries, spot: at.spot, keySpot: at.keySpot };
  }

  #text(text: string, { spot, keySpot }: Position): Written {
    const result = substitute(text, this.#env);
    if (result.problems.length > 0) return { kind: 'hole', reasons: result.problems, spot, keySpot };
    const { text: value, label, isWhole } = result;
    if (label === undefined) return { kind: 'scalar', value, spot, keySpot };
    // Of `port: ${PORT}` YAML sees a string only; what it stands for is a number, as if it had been written there.
    const typed = isWhole ? readTyped(value) : undefined;
    if (typed === undefined) return { kind: 'scalar', value, label, spot, keySpot };
    return spot.isPlain
      ? { kind: 'scalar', value: typed, alternative: value, label, spot, keySpot }
      : { kind: 'scalar', value, alternative: typed, label, spot, keySpot };
  }

  #reference({ key, name }: Reference, value: object, at: Position): Written {
    const document = at.spot.document;
    const hole = (code: string, message: string): WrittenHole => {
      this.isIncomplete = true;
      return { kind: 'hole', reasons: [{ code, message }], spot: at.spot.child(key), keySpot: at.keySpot };
    };
    const others = Object.entries(value).filter(([other]) => other !== key);
    const written: unknown = Reflect.get(value, key);
    if (typeof written !== 'string' || written === '' || /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(written)) {
      return hole('config.invalid-include', `${key} must name a file, relative to the file that it stands in`);
    }
    if (name === '') {
      return { kind: 'hole', reasons: substitute(written, this.#env).problems, spot: at.spot.child(key), keySpot: at.keySpot };
    }
    if (key === '$file' && others.length > 0) return hole('config.invalid-include', '$file must be the only key of its map');
    const absolute = absoluteOf(document, name);
    const file = this.#files.get(keyOf(key, absolute));
    if (file === undefined || file.failure !== undefined) {
      return hole('config.unreadable', `cannot read "${written}": ${file?.failure ?? `it is not named with a plain ${key}`}`);
    }
    if (key === '$file') {
      return { kind: 'scalar', value: file.text ?? '', label: `the content of "${written}"`, spot: at.spot, keySpot: at.keySpot };
    }
    const circle = at.chain.findIndex((outer) => outer.absolute === absolute);
    if (circle !== -1) {
      const names = [...at.chain.slice(circle), at.chain[circle]].map((outer) => outer?.source.file);
      return hole('config.include-circle', `the files include each other in a circle: ${names.join(' -> ')}`);
    }
    if (at.chain.length > INCLUDE_DEPTH_MAX) {
      return hole('config.include-limit', `files include each other more than ${INCLUDE_DEPTH_MAX} deep`);
    }
    if (++this.#includes > INCLUDES_MAX) return hole('config.include-limit', `there are more than ${INCLUDES_MAX} includes`);
    if (file.document === undefined) {
      this.isIncomplete = true;
      return { kind: 'hole', reasons: [], spot: at.spot.child(key), keySpot: at.keySpot };
    }
    const included = this.document(file.document, at.chain, at.level, at.keySpot);
    if (others.length === 0 || included.kind === 'hole') return included;
    if (included.kind !== 'map') {
      return hole(
        'config.invalid-include',
        `other keys stand beside $include, but "${written}" does not hold a map that they could override`,
      );
    }
    return mergeWritten(included, this.#map(Object.fromEntries(others), at), at.level);
  }
}

interface Position {
  spot: Spot;
  keySpot: Spot;
  /** Documents from the layer to the one that is being read. */
  chain: readonly ConfigDocument[];
  /** Keys and indices from the root of the configuration. */
  level: number;
}

function below(at: Position, part: string | number): Position {
  const spot = at.spot.child(part);
  return { spot, keySpot: spot, chain: at.chain, level: at.level + 1 };
}
