import { asText, type Fields } from '../document/value.ts';

/** What a schema demands beyond its type, one line each, in words. */
export function constraintsOf(words: Fields): string[] {
  return [
    range(words.minLength, words.maxLength, 'character'),
    numbers(words),
    typeof words.multipleOf === 'number' && words.multipleOf !== 1 ? `a multiple of ${words.multipleOf}` : undefined,
    range(words.minItems, words.maxItems, 'item'),
    words.uniqueItems === true ? 'no item twice' : undefined,
    range(words.minProperties, words.maxProperties, 'property', 'properties'),
    asText(words.contentMediaType),
    asText(words.contentEncoding),
  ].filter((text) => text !== undefined);
}

function range(min: unknown, max: unknown, one: string, many = `${one}s`): string | undefined {
  const from = typeof min === 'number' && min > 0 ? min : undefined;
  const to = typeof max === 'number' ? max : undefined;
  const unit = (count: number) => (count === 1 ? one : many);
  if (from !== undefined && to !== undefined) return from === to ? `${to} ${unit(to)}` : `${from} to ${to} ${unit(to)}`;
  if (from !== undefined) return `at least ${from} ${unit(from)}`;
  return to === undefined ? undefined : `at most ${to} ${unit(to)}`;
}

/** `exclusiveMinimum` is a number since OpenAPI 3.1, and before said that `minimum` itself does not count. */
function numbers(words: Fields): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = words;
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : exclusiveMinimum === true ? minimum : undefined;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : exclusiveMaximum === true ? maximum : undefined;
  const from = typeof above === 'number' ? `more than ${above}` : typeof minimum === 'number' ? `from ${minimum}` : undefined;
  const to = typeof below === 'number' ? `less than ${below}` : typeof maximum === 'number' ? `to ${maximum}` : undefined;
  if (from === undefined) return to === undefined ? undefined : to.startsWith('to ') ? `up to ${maximum}` : to;
  return to === undefined ? from : `${from} ${to.startsWith('to ') ? to : `and ${to}`}`;
}
