/** Emphasis and links are looked for within a block, in the square of its length. */
const BLOCK_MAX = 6_000;
/** A row of a table that is too short gets all of its cells: a text of a few thousand characters can be millions of them. */
const CELLS_MAX = 10_000;
/** Quotes and lists within each other, as far as anybody reads them. */
const NESTED = /^(?:[ \t]{0,4}(?:>|[-*+]|\d{1,9}[.)])){16}/m;

/** Whether reading a text as Markdown could hold up or break the page that shows it: then it is better shown as it is. */
export function isHeavyMarkdown(text: string): boolean {
  if (NESTED.test(text)) return true;
  return text.split(/\n[ \t]{0,20}\n/).some((block) => {
    if (block.length > BLOCK_MAX) return true;
    const lines = block.split('\n');
    const columns = Math.max(...lines.slice(0, 400).map((line) => line.split('|').length));
    return columns > 2 && columns * lines.length > CELLS_MAX;
  });
}
