import { formatProblem } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { parseYaml } from './yaml-source.ts';

function linesOf(text: string): string[] {
  return parseYaml('a.yaml', text).problems.map(formatProblem);
}

function sourceOf(text: string) {
  const { source, problems } = parseYaml('a.yaml', text);
  if (source === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return source;
}

describe('a text that is not valid', () => {
  it.each<[what: string, text: string, lines: string[]]>([
    [
      'every duplicate key is reported',
      'a: 1\na: 2\nb: { "c": 1, "c": 2 }\n',
      [
        'a.yaml:2:1: error: the key "a" stands twice in the same map [yaml.duplicate-key]',
        'a.yaml:3:14: error: the key "c" stands twice in the same map [yaml.duplicate-key]',
      ],
    ],
    [
      'keys that are the same only once they are strings are duplicates',
      '1: a\n"1": b\n',
      ['a.yaml:2:1: error: the key "1" stands twice in the same map [yaml.duplicate-key]'],
    ],
    [
      'every line with a syntax error is reported, once',
      'a: b: c\nd: e: f\ng: @h\n',
      [
        'a.yaml:1:4: error: a second ": " on this line; put the value in quotes, or begin a map on a line of its own [yaml.syntax]',
        'a.yaml:2:4: error: a second ": " on this line; put the value in quotes, or begin a map on a line of its own [yaml.syntax]',
        'a.yaml:3:4: error: Plain value cannot start with reserved character @ [yaml.syntax]',
      ],
    ],
    [
      'a line that is indented too far is the line that is reported',
      'a: 1\n  b: 2\nc: 3\n',
      ['a.yaml:2:3: error: this line is indented further than the map that it belongs to [yaml.syntax]'],
    ],
    [
      'a bare placeholder in braces is explained',
      'a: { host: x, port: ${PORT} }\nb: 1\n',
      [
        'a.yaml:1:22: error: Unexpected flow-map-start at node end; inside { } or [ ] a ${…} placeholder must stand in quotes [yaml.syntax]',
      ],
    ],
    [
      'a second document is refused',
      'a: 1\n---\nb: 2\n',
      ['a.yaml:2:1: error: another document begins here; a file holds one [yaml.multiple-documents]'],
    ],
    ['an unknown tag is refused', 'a: !Ref b\n', ['a.yaml:1:4: error: unknown scalar tag !<!Ref> [yaml.syntax]']],
    [
      'an alias inside of what it names is refused',
      'a: &a\n  - *a\n',
      ['a.yaml:2:5: error: an alias stands inside the value that it names, which would never end [yaml.aliases]'],
    ],
    [
      'nesting is bounded, also where something else is wrong before',
      `a: ${'['.repeat(300)}`,
      ['a.yaml:1:259: error: maps and lists are nested more than 256 deep [yaml.too-deep]'],
    ],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });

  it('aliases that multiply are refused, those that a person writes are not', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
    for (let level = 1; level < 9; level++) {
      bomb += `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]\n`;
    }
    expect(parseYaml('a.yaml', bomb).problems.map((problem) => problem.code)).toEqual(['yaml.aliases']);
    expect(sourceOf('a: &a { x: 1 }\nb: *a\nc: { <<: *a, y: 2 }\n').value).toEqual({ a: { x: 1 }, b: { x: 1 }, c: { x: 1, y: 2 } });
  });

  it('a large text with an error is refused without looking for all the others', () => {
    // The recovering reader needs minutes for this one.
    expect(parseYaml('a.yaml', '"'.repeat(1_000_000)).problems).toHaveLength(1);
  });
});

describe('values', () => {
  it('are those of the core schema of YAML 1.2', () => {
    const text = 'time: 2022-04-12T15:36:55Z\nyes: yes\noctal: 0o10\nzero: 010\nfloat: 1e3\nnull: ~\nempty:\nquoted: "1"\n';
    expect(sourceOf(text).value).toEqual({
      time: '2022-04-12T15:36:55Z',
      yes: 'yes',
      octal: 8,
      zero: 10,
      float: 1000,
      null: null,
      empty: null,
      quoted: '1',
    });
  });

  it('of JSON are those that JSON.parse gives', () => {
    const json = '{\n\t"a/b": [1, -0.5, 1E2, true, null, "\\u00e9\\ud83d\\ude00\\/"],\n\t"": {"__proto__": {"x": 1}}\n}\n';
    expect(JSON.stringify(sourceOf(json).value)).toBe(JSON.stringify(JSON.parse(json)));
  });

  it('of an empty text are null', () => {
    expect(sourceOf('# nothing\n').value).toBeNull();
  });
});

describe('places', () => {
  const TEXT = [
    '# a comment',
    'plain: value',
    '"quoted key": "x"',
    'block: |- # why | not',
    '  text',
    'folded: >',
    '',
    '  text',
    'list:',
    '- one',
    '- two: &two { deep: [1, {a: b}] }',
    '  200: ok',
    "- 'three'",
    'flow: [ {x: y}, "z" ]',
    'é: [ü]',
    '',
  ].join('\n');

  it('of every key and value are those that another reader finds', () => {
    const source = sourceOf(TEXT);
    const counter = new LineCounter();
    const document = parseDocument(TEXT, { lineCounter: counter });
    let compared = 0;
    const compare = (node: unknown, path: (string | number)[], key: boolean) => {
      const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
      const { line, col } = counter.linePos(range?.[0] ?? -1);
      expect([path, source.placeOf(path, { key })]).toEqual([path, { file: 'a.yaml', line, column: col }]);
      compared++;
    };
    const walk = (node: unknown, path: (string | number)[]) => {
      if (path.length > 0) compare(node, path, false);
      if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
      if (!isMap(node)) return;
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        compare(key, [...path, name], true);
        walk(value, [...path, name]);
      }
    };
    walk(document.contents, []);
    expect(compared).toBe(32);
  });

  it.each<[what: string, text: string, path: (string | number)[], place: [line: number, column: number]]>([
    ['a value that is not there is where its parent is', 'a:\n  b: 1\n', ['a', 'c', 'd'], [2, 3]],
    ['an empty value is where its key is', 'a:\n  b:\n', ['a', 'b'], [2, 3]],
    ['what an alias brings is where it is written', 'a: &a\n  x: 1\nb: *a\n', ['b', 'x'], [2, 6]],
    ['an alias itself is where it stands', 'a: &a 1\nb: *a\n', ['b'], [2, 4]],
    ['what a merge key brings is where it is written', 'a: &a\n  x: 1\nb:\n  <<: *a\n', ['b', 'x'], [2, 6]],
  ])('%s', (_, text, path, [line, column]) => {
    expect(sourceOf(text).placeOf(path)).toEqual({ file: 'a.yaml', line, column });
  });
});
