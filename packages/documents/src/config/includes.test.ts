import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTexts } from './config-fixture.ts';

describe('$include', () => {
  it('stands for the content of a file, anywhere and within each other, beside the file that names it', async () => {
    const { config, lines, inputs, fileOf } = await readTexts({
      'gatehouse.yaml':
        'gateway: { $include: conf/gateway.yaml }\napis:\n  - $include: conf/apis/petstore.yaml\n  - { name: b, definition: x }\n',
      'conf/gateway.yaml': 'listen: { $include: listen.yaml }\n',
      'conf/listen.yaml': 'port: 9000\n',
      'conf/apis/petstore.yaml': 'name: petstore\ndefinition: ./petstore.yaml\npolicies: { $include: ../policies.yaml }\n',
      'conf/policies.yaml': '- cors: { allowOrigins: [] }\n',
    });
    expect(lines).toEqual([]);
    expect(config?.gateway.listen).toEqual({ host: '0.0.0.0', port: 9000 });
    expect(config?.apis.map((api) => [api.name, api.policies.length])).toEqual([
      ['petstore', 1],
      ['b', 0],
    ]);
    expect(fileOf(['apis', 0, 'definition'])).toBe(resolve('conf/apis/petstore.yaml'));
    expect(inputs).toEqual(
      ['gatehouse.yaml', 'conf/gateway.yaml', 'conf/apis/petstore.yaml', 'conf/listen.yaml', 'conf/policies.yaml'].map((file) =>
        resolve(file),
      ),
    );
  });

  it('is overridden by the keys beside it, as by a later layer', async () => {
    const { config, lines } = await readTexts({
      'gatehouse.yaml': '$include: base.yaml\ngateway: { threads: 2 }\napis: [{ name: a, owner: me }]\n',
      'base.yaml': 'gateway: { threads: 1, drainTimeout: 1s }\napis: [{ name: a, definition: x, owner: you }]\n',
    });
    expect(lines).toEqual([]);
    expect(config?.gateway).toMatchObject({ threads: 2, drainTimeout: 1000 });
    expect(config?.apis).toMatchObject([{ name: 'a', definition: 'x', owner: 'me' }]);
  });

  it('shows problems where they were written, in the included file or beside it', async () => {
    const { lines } = await readTexts({
      'gatehouse.yaml': 'gateway: { $include: gateway.yaml, drainTimeout: 1 }\nbackends:\n  - { $include: backend.yaml }\n',
      'gateway.yaml': '# comment\nthreads: 0\nlisen: {}\n',
      'backend.yaml': 'name: a\nenvironments: { tst: { url: http://a } }\n',
    });
    expect(lines).toEqual([
      'gatehouse.yaml:1:50: error: gateway.drainTimeout must be a duration with its unit, such as 250ms, 10s or 2m; found 1 [config.invalid-value]',
      'gatehouse.yaml:3:5: error: "type" is missing in backends[0]: it must be one of "http", "vpc", "service-discovery", "mock", "mixed", "function-compute", "object-storage", "event-bridge" [config.missing-key]',
      'gateway.yaml:2:10: error: gateway.threads must be at least 1; found 0 [config.invalid-value]',
      'gateway.yaml:3:1: error: unknown key "lisen" in gateway; did you mean "listen"? [config.unknown-key]',
      'backend.yaml:2:17: error: there is no environment "tst"; did you mean "test"? [config.unknown-environment]',
    ]);
  });

  it.each<[what: string, texts: Record<string, string>, lines: string[]]>([
    [
      'a file that is missing is named where it is included, and what is lost with it is not reported',
      { 'gatehouse.yaml': 'apis:\n  - $include: gone.yaml\n  - { $include: gone.yaml, name: a, x: 1 }\n' },
      [
        'gatehouse.yaml:2:15: error: cannot read "gone.yaml": there is no such file [config.unreadable]',
        'gatehouse.yaml:3:17: error: cannot read "gone.yaml": there is no such file [config.unreadable]',
      ],
    ],
    [
      'a circle is shown whole',
      {
        'gatehouse.yaml': 'gateway: { $include: a/b.yaml }\n',
        'a/b.yaml': 'listen: { $include: c.yaml }\n',
        'a/c.yaml': 'port: { $include: b.yaml }\n',
      },
      ['a/c.yaml:1:19: error: the files include each other in a circle: a/b.yaml -> a/c.yaml -> a/b.yaml [config.include-circle]'],
    ],
    [
      'syntax errors of an included file are reported once',
      { 'gatehouse.yaml': 'gateway: { $include: a.yaml }\ncontrol: { $include: a.yaml }\n', 'a.yaml': 'a: b: c\n' },
      ['a.yaml:1:4: error: a second ": " on this line; put the value in quotes, or begin a map on a line of its own [yaml.syntax]'],
    ],
    [
      'only files can be included, and only maps be added to',
      {
        'gatehouse.yaml': 'gateway: { $include: 5 }\ncontrol: { $include: "https://a/b" }\nbackends: { $include: list.yaml, x: 1 }\n',
        'list.yaml': '[]\n',
      },
      [
        'gatehouse.yaml:1:22: error: $include must name a file, relative to the file that it stands in [config.invalid-include]',
        'gatehouse.yaml:2:22: error: $include must name a file, relative to the file that it stands in [config.invalid-include]',
        'gatehouse.yaml:3:23: error: other keys stand beside $include, but "list.yaml" does not hold a map that they could override [config.invalid-include]',
      ],
    ],
  ])('%s', async (_, texts, lines) => {
    const read = await readTexts(texts);
    expect(read.lines).toEqual(lines);
    expect(read.config).toBeUndefined();
  });

  it('is bounded: files that include others twice each do not double without end', async () => {
    const texts: Record<string, string> = { 'gatehouse.yaml': 'gateway: { $include: f0.yaml }\n' };
    for (let level = 0; level < 15; level++)
      texts[`f${level}.yaml`] = `a: { $include: f${level + 1}.yaml }\nb: { $include: f${level + 1}.yaml }\n`;
    texts['f15.yaml'] = '{}\n';
    const { problems } = await readTexts(texts);
    expect(problems.some((problem) => problem.code === 'config.include-limit')).toBe(true);
  });
});

describe('$file', () => {
  it('stands for the text of a file, in which nothing is replaced and which no message shows', async () => {
    const { config, lines } = await readTexts({
      'gatehouse.yaml':
        'backends: [{ name: a, type: http, description: { $file: certs/about.txt }, environments: { test: { url: http://a } } }]\napis: [{ name: { $file: certs/name.txt }, definition: x }]\n',
      'certs/about.txt': '-----BEGIN ${X}\n$include: x\n',
      'certs/name.txt': 'top secret\n',
    });
    expect(config).toBeUndefined();
    expect(lines).toEqual([
      'gatehouse.yaml:2:16: error: apis[0].name must be 1 to 128 letters, digits, dots, dashes or underscores, and begin and end with a letter or digit; found the content of "certs/name.txt" [config.invalid-value]',
    ]);
    const valid = await readTexts({
      'gatehouse.yaml':
        'backends: [{ name: a, type: http, description: { $file: about.txt }, environments: { test: { url: http://a } } }]\n',
      'about.txt': '-----BEGIN ${X}\n$include: x\n',
    });
    expect(valid.config?.backends[0]?.description).toBe('-----BEGIN ${X}\n$include: x\n');
  });

  it('must be alone and must exist', async () => {
    const { lines, inputs } = await readTexts({
      'gatehouse.yaml': 'control: { database: { $file: a.txt } }\ngateway: { accessLog: { $file: b.txt, format: json } }\n',
    });
    expect(lines).toEqual([
      'gatehouse.yaml:1:31: error: cannot read "a.txt": there is no such file [config.unreadable]',
      'gatehouse.yaml:2:32: error: $file must be the only key of its map [config.invalid-include]',
    ]);
    // Missing files are watched too: when they come, the configuration may be right.
    expect(inputs).toContain(resolve('a.txt'));
  });
});
