import { expect, it } from 'vitest';
import { isHeavyMarkdown } from './is-heavy-markdown.ts';

it.each([
  ['a short table with thousands of cells', `${'|a'.repeat(200)}\n${'|-'.repeat(200)}\n${'|a\n'.repeat(1_900)}`],
  ['quotes within quotes', '>'.repeat(5_000)],
  ['lists within lists', `text\n\n${'- '.repeat(2_000)}x`],
  ['a block of emphasis without an end', '**a_'.repeat(2_000)],
])('%s is not read as Markdown', (_, text) => {
  expect(isHeavyMarkdown(text)).toBe(true);
});

it('what people write is read as Markdown, however long it is', () => {
  const table = `| Name | Meaning |\n| --- | --- |\n${'| `a` | what it means to those who read it |\n'.repeat(100)}`;
  const text = `# Title\n\n${'A paragraph of **some** length. '.repeat(50)}\n\n> > a quote in a quote\n\n- a\n  - b\n    1. c\n\n${table}\n\n`;
  expect(isHeavyMarkdown(text.repeat(5))).toBe(false);
});
