import { isRemembered, LearningPace, nextCount } from './learning-pace.ts';
import { ownText } from './own-text.ts';

const PLACES = 64;
const LINE_LENGTH_MAX = 256;

/**
 * Field lines as they were written lately, by their place in the head: what is the same as in the message before is not checked again,
 * and is one string instead of four.
 */
export class OutgoingLines {
  readonly #names: string[] = new Array(PLACES).fill('');
  readonly #values: string[] = new Array(PLACES).fill('');
  readonly #lines: string[] = new Array(PLACES).fill('');
  readonly #pace = new LearningPace(PLACES);
  #heads = 0;

  /** A new head begins. */
  begin(): void {
    this.#heads = nextCount(this.#heads);
  }

  /** The line of a field at its place; empty when it is not known: then it has to be checked. */
  known(place: number, name: string, value: string): string {
    return place < PLACES && this.#values[place] === value && this.#names[place] === name ? (this.#lines[place] as string) : '';
  }

  /** The line of a field that was not known and has been found to be valid. */
  write(place: number, name: string, value: string): string {
    const line = `${name}: ${value}\r\n`;
    if (place < PLACES && line.length <= LINE_LENGTH_MAX && this.#pace.missed(place, this.#heads) && isRemembered(name)) {
      this.#names[place] = name;
      this.#values[place] = ownText(value);
      this.#lines[place] = ownText(line);
    }
    return line;
  }
}
