import { formatProblem } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { parseEntityDocuments } from './parse-entity-documents.ts';

function parse(text: string, bytesMax?: number) {
  const { documents, broken } = parseEntityDocuments(text, { file: 'a.yaml', ...(bytesMax === undefined ? {} : { bytesMax }) });
  return {
    documents,
    values: documents.map(({ value, place }) => [place.line, value]),
    errors: broken.flatMap(({ problems }) => problems.map(formatProblem)),
    guesses: broken.map(({ guess }) => guess),
  };
}

describe('a file', () => {
  it.each<[what: string, text: string, values: [line: number, value: unknown][]]>([
    ['of one document', 'a: 1\n', [[1, { a: 1 }]]],
    ['of JSON', '{\n "a": "---",\n "b": [1, true, null]\n}', [[1, { a: '---', b: [1, true, null] }]]],
    [
      'with a marker before the first',
      '# hello\n---\na: 1\n---\nb: 2\n',
      [
        [2, { a: 1 }],
        [4, { b: 2 }],
      ],
    ],
    [
      'with a byte order mark and Windows line ends',
      '\uFEFFa: 1\r\n---\r\nb: 2\r\n',
      [
        [1, { a: 1 }],
        [2, { b: 2 }],
      ],
    ],
    ['with empty documents', '---\n---\n# c\n---\n~\n---\na: 1\n---\n', [[6, { a: 1 }]]],
    [
      'with directives and document ends',
      '%YAML 1.2\n---\na: 1\n...\n# c\n%YAML 1.2\n---\nb: 2\n...\nc: 3\n',
      [
        [2, { a: 1 }],
        [7, { b: 2 }],
        [10, { c: 3 }],
      ],
    ],
    ['with markers that are none', 'a: |\n  ---\n  ...\nb: ----\n----: 1\n', [[1, { a: '---\n...\n', b: '----', '----': 1 }]]],
    [
      'with content behind the marker',
      '--- { a: 1 }\n--- # c\nb: 2\n',
      [
        [1, { a: 1 }],
        [2, { b: 2 }],
      ],
    ],
    ['of nothing', '', []],
  ])('%s', (_, text, values) => {
    expect(parse(text)).toMatchObject({ values, errors: [] });
  });

  it('with a broken document still gives its neighbours, and says where the break is', () => {
    const text = 'a: 1\n---\nb: "open\n---\nc: 3\n---\nd: [1\ne: 2\n---\nf: { g: 1, g: 2 }\n---\n- list\n---\nh: 8\n';
    const { values, errors } = parse(text);
    expect(values).toEqual([
      [1, { a: 1 }],
      [4, { c: 3 }],
      [13, { h: 8 }],
    ]);
    expect(errors).toEqual([
      expect.stringMatching(/^a\.yaml:4:1: error: Missing closing "quote/),
      expect.stringMatching(/^a\.yaml:8:\d+: error: /),
      'a.yaml:10:12: error: the key "g" stands twice in the same map [yaml.duplicate-key]',
      'a.yaml:11:1: error: Expected object at root, got a list [catalog.not-an-entity]',
    ]);
  });

  it('larger than the limit is refused as a whole', () => {
    expect(parse('a: é\n', 5).errors).toEqual([expect.stringContaining('a.yaml:1:1: error: the file is larger than')]);
    expect(parse('a: é\n', 6).errors).toEqual([]);
  });

  it('whose documents are all broken ends after a bounded number of problems', () => {
    const { errors, values } = parse(`${'---\na: "\n'.repeat(100_000)}---\nb: 1\n`);
    expect(values).toEqual([]);
    expect(errors.length).toBeLessThan(30_000);
    expect(errors.at(-1)).toContain('the rest of it is not read');
  });
});

describe('a document', () => {
  it('says where each of its values stands in the file', () => {
    const [, second] = parse('a: 1\n---\nmetadata:\n  name: x\n  tags:\n    - ok\n    - Not OK\n').documents;
    expect(second?.placeOf(['metadata', 'tags', 1])).toEqual({ file: 'a.yaml', line: 7, column: 7 });
    expect(second?.placeOf(['metadata', 'name'], { key: true })).toEqual({ file: 'a.yaml', line: 4, column: 3 });
    expect(second?.placeOf(['spec', 'owner'])).toMatchObject({ line: 3 });
  });

  it('is guessed to be the entity that its broken text names', () => {
    const broken = (text: string) => parse(`${text}\nspec: "open\n`).guesses[0];
    expect(broken('kind: API\nmetadata:\n  annotations:\n    name: no\n  name: "pets" # c\n  namespace: shop')).toEqual({
      kind: 'API',
      namespace: 'shop',
      name: 'pets',
    });
    expect(broken('kind: API\nspec:\n  name: pets')).toBeUndefined();
  });

  it('with aliases that a person writes is read, one with aliases that multiply is refused', () => {
    const text = 'base: &base { owner: a }\none: { <<: *base, b: 1 }\ntwo: *base\n';
    expect(parse(text).values).toEqual([[1, { base: { owner: 'a' }, one: { owner: 'a', b: 1 }, two: { owner: 'a' } }]]);
    const laughs = Array.from(
      { length: 9 },
      (_, level) => `a${level}: &a${level} [${Array(9).fill(level === 0 ? 'x' : `*a${level - 1}`)}]\n`,
    );
    expect(parse(laughs.join('')).errors).toEqual([expect.stringContaining('[yaml.aliases]')]);
    // Few values, but each of them is a long text: a stored entity would have gigabytes.
    expect(parse(`text: &text "${'x'.repeat(100_000)}"\nlist: [${Array(20_000).fill('*text')}]\n`).errors).toEqual([
      expect.stringContaining('the aliases expand to more than 64 MiB'),
    ]);
    expect(parse('a: &a\n  - *a\n---\nb: 1\n')).toMatchObject({ values: [[3, { b: 1 }]] });
  });

  it('nested without end is refused', () => {
    expect(parse(`a: ${'['.repeat(100_000)}`).errors).toEqual([expect.stringContaining('nesting exceeded maxDepth')]);
  });

  it('with a definition of 20 MB is read', () => {
    const { documents } = parse(`kind: API\nspec:\n  definition: |\n${`    ${'x'.repeat(95)}\n`.repeat(210_000)}`);
    expect(documents[0]?.value).toMatchObject({ spec: { definition: expect.toSatisfy((text: string) => text.length === 96 * 210_000) } });
  });

  it('keeps a key named __proto__ a key', () => {
    const [first] = parse('__proto__: { polluted: 1 }\n').documents;
    expect(Object.keys(first?.value ?? {})).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
