import { findNearestWord } from '@gatehouse/contract/nearest';

/** The ending `; did you mean "x"?` of a message; empty when nothing is close. */
export function suggest(word: string, candidates: Iterable<string>): string {
  const nearest = findNearestWord(word, candidates);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
