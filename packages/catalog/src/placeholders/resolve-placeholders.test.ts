import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Entity } from '../model/entity.ts';
import { LocationReader } from '../reading/location-reader.ts';
import { ReadingPolicy } from '../reading/reading-policy.ts';
import { UrlReader } from '../reading/url-reader.ts';
import { haveReadsChanged } from './read-log.ts';
import { resolvePlaceholders } from './resolve-placeholders.ts';

const FILES: Record<string, string> = {};
const asked: string[] = [];
const server = createServer((request, response) => {
  const url = request.url ?? '';
  asked.push(url);
  const text = FILES[url];
  if (text === undefined) return response.writeHead(404).end();
  const etag = `"${text.length}"`;
  if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
  return response.writeHead(200, { etag }).end(text);
});
let origin = '';
let urls: UrlReader;
let reader: LocationReader;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  urls = new UrlReader({ policy: new ReadingPolicy({ allow: [{ host }] }) });
  reader = new LocationReader({ url: urls });
});
afterAll(() => {
  urls.close();
  server.close();
});

function entity(spec: Record<string, unknown>): Entity {
  return { apiVersion: 'backstage.io/v1alpha1', kind: 'API', metadata: { name: 'x' }, spec };
}

async function resolve(spec: Record<string, unknown>) {
  asked.length = 0;
  const written = entity(spec);
  const {
    entity: resolved,
    problem,
    reads,
  } = await resolvePlaceholders(written, {
    location: { type: 'url', target: `${origin}/repo/catalog-info.yaml` },
    reader,
  });
  expect(written).toEqual(entity(spec));
  return { spec: resolved?.spec, problem, reads };
}

/** The definition that `$openapi` gives, parsed. */
async function bundle(file: string): Promise<unknown> {
  const { spec, problem } = await resolve({ definition: { $openapi: file } });
  if (problem !== undefined) throw new Error(problem.message);
  return parse(String(spec?.definition));
}

describe('a placeholder', () => {
  it('is replaced by text, JSON or YAML, relative to where the entity is written', async () => {
    Object.assign(FILES, { '/repo/a.txt': 'text', '/repo/deep/b.json': '{"b":[1]}', '/c.yaml': '# c\nc: { $text: ./no.txt }\n' });
    const { spec, reads } = await resolve({
      text: { $text: './a.txt' },
      list: [{ $json: 'deep/b.json' }, { keep: true }],
      nested: { yaml: { $yaml: `${origin}/c.yaml` }, again: { $text: 'a.txt' } },
    });
    // What was filled in is not searched for placeholders: a server could otherwise have others read for it.
    expect(spec).toEqual({
      text: 'text',
      list: [{ b: [1] }, { keep: true }],
      nested: { yaml: { c: { $text: './no.txt' } }, again: 'text' },
    });
    expect(asked).toEqual(['/repo/a.txt', '/repo/deep/b.json', '/c.yaml']);
    expect(reads.map(({ key, etag }) => [key, etag])).toEqual([
      [`url:${origin}/repo/a.txt`, '"4"'],
      [`url:${origin}/repo/deep/b.json`, '"9"'],
      [`url:${origin}/c.yaml`, '"27"'],
    ]);
  });

  it('that is none stays as it is', async () => {
    const spec = {
      ref: { $ref: '#/definitions/node' },
      unknown: { $other: './a.txt' },
      two: { $text: './a.txt', beside: { $text: './a.txt' } },
      $dollar: { $text: './a.txt' },
      plain: 'a $text',
    };
    const nothing = await resolve({ two: spec.two });
    expect(nothing).toEqual({ spec: { two: spec.two }, problem: undefined, reads: [] });
    expect((await resolve({ ...spec, text: { $text: './a.txt' } })).spec).toEqual({ ...spec, text: { $text: './a.txt' } });
    const { $dollar: _, ...others } = spec;
    expect((await resolve({ ...others, text: { $text: './a.txt' } })).spec).toEqual({ ...others, text: 'text' });
  });

  it.each<[what: string, placeholder: unknown, message: string]>([
    ['no text', { $text: 5 }, 'Placeholder $text expected a string value parameter, in the form of an absolute URL or a relative path'],
    ['a missing file', { $text: './none' }, 'Placeholder $text could not read location ./none, ReadingError: '],
    [
      'a file of this machine',
      { $text: 'file:///etc/passwd' },
      'could not read location file:///etc/passwd, ReadingError: file: is not read',
    ],
    [
      'a host that is not allowed',
      { $text: 'https://example.com/x' },
      "is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'",
    ],
    ['an address where clouds keep credentials', { $text: 'http://169.254.169.254/x' }, 'is not allowed'],
    ['broken JSON', { $json: '/broken' }, 'Placeholder $json failed to parse JSON data at /broken, SyntaxError: '],
    ['broken YAML', { $yaml: '/broken' }, 'Placeholder $yaml found an error in the data at /broken, Error: /broken:1:'],
    ['two documents', { $yaml: '/two' }, 'Placeholder $yaml expected to find exactly one document of data at /two, found 2'],
  ])('for %s is refused with a text that says why', async (_, placeholder, message) => {
    Object.assign(FILES, { '/broken': '{"a": [}', '/two': 'a: 1\n---\nb: 2\n' });
    const { problem } = await resolve({ list: [{ deep: placeholder }] });
    expect(problem).toMatchObject({ name: 'InputError', path: ['spec', 'list', 0, 'deep'] });
    expect(problem?.message).toContain('Processor PlaceholderProcessor threw an error while preprocessing; caused by Error: Placeholder $');
    expect(problem?.message).toContain(message);
  });

  it('that failed is remembered too, so that the file is noticed when it appears', async () => {
    const { reads } = await resolve({ a: { $text: '/a.new' } });
    expect(reads).toEqual([{ key: `url:${origin}/a.new`, location: { type: 'url', target: `${origin}/a.new` }, hash: undefined }]);
    expect(await haveReadsChanged(reads, reader)).toBe(false);
    FILES['/a.new'] = 'now';
    expect(await haveReadsChanged(reads, reader)).toBe(true);
  });
});

it('an entity is not filled in beyond all bounds', async () => {
  const list = `[${Array(60_000).fill('*text')}]`;
  FILES['/large.yaml'] = `{ text: &text "${'x'.repeat(1_000)}", list: ${list} }`;
  const { problem } = await resolve({ a: { $yaml: '/large.yaml' }, b: { $yaml: '/large.yaml' }, c: { $yaml: '/large.yaml' } });
  expect(problem?.message).toContain('The entity is larger than 128 MiB once its placeholders are filled in');
});

describe('what was read', () => {
  it('is compared by version, changes when it is gone, and does not when its server fails', async () => {
    FILES['/changing'] = 'one';
    const { reads } = await resolve({ a: { $text: '/changing' } });
    expect(await haveReadsChanged(reads, reader)).toBe(false);
    FILES['/changing'] = 'three';
    expect(await haveReadsChanged(reads, reader)).toBe(true);
    delete FILES['/changing'];
    expect(await haveReadsChanged(reads, reader)).toBe(true);
    const down = new UrlReader({ policy: new ReadingPolicy({ allow: [{ host: 'localhost:1' }] }) });
    const location = { type: 'url', target: 'http://localhost:1/x' };
    expect(await haveReadsChanged([{ key: 'url:http://localhost:1/x', location, hash: 'h' }], down)).toBe(false);
  });
});

describe('a definition of several files', () => {
  it('becomes one, with everything once and circles kept', async () => {
    Object.assign(FILES, {
      '/repo/api/openapi.yaml':
        'openapi: 3.1.0\npaths:\n  /a~b/pets:\n    $ref: ./paths/pets.yaml\n  /one:\n    get: { responses: { 200: { $ref: "#/components/responses/Ok" } } }\ncomponents:\n  responses: { Ok: { description: fine } }\n  schemas:\n    Pet: { $ref: "models.yaml#/Pet", description: Mine }\n    Other: { $ref: "./models.yaml#/Pet" }\n',
      '/repo/api/paths/pets.yaml':
        'get:\n  responses:\n    200: { $ref: "../openapi.yaml#/components/responses/Ok" }\n    201: { content: { a: { schema: { $ref: ../models.yaml#/Pet } } } }\n',
      '/repo/api/models.yaml': 'Pet: { properties: { parent: { $ref: "#/Pet" }, owner: { $ref: "#/Owner" } } }\nOwner: { type: object }\n',
    });
    const pointer = '#/paths/~1a~0b~1pets/get/responses/201/content/a/schema';
    expect(await bundle('./api/openapi.yaml')).toEqual({
      openapi: '3.1.0',
      paths: {
        '/a~b/pets': {
          get: {
            responses: {
              200: { $ref: '#/components/responses/Ok' },
              201: { content: { a: { schema: { properties: { parent: { $ref: pointer }, owner: { type: 'object' } } } } } },
            },
          },
        },
        '/one': { get: { responses: { 200: { $ref: '#/components/responses/Ok' } } } },
      },
      components: {
        responses: { Ok: { description: 'fine' } },
        schemas: { Pet: { $ref: pointer, description: 'Mine' }, Other: { $ref: pointer } },
      },
    });
  });

  it('that is one file stays as it is written', async () => {
    FILES['/repo/one.yaml'] = '# a comment\nopenapi: 3.0.0\na: { $ref: "#/b" }\n';
    expect((await resolve({ definition: { $openapi: 'one.yaml' } })).spec?.definition).toBe(FILES['/repo/one.yaml']);
  });

  it('written as JSON becomes JSON, and reports every file that it was made of', async () => {
    Object.assign(FILES, { '/repo/api.json': '{"a":{"$ref":"part.json"}}', '/repo/part.json': '{"b":1}' });
    const { spec, reads } = await resolve({ definition: { $openapi: 'api.json' } });
    expect(JSON.parse(String(spec?.definition))).toEqual({ a: { b: 1 } });
    expect(reads.map(({ location }) => location.target)).toEqual([`${origin}/repo/api.json`, `${origin}/repo/part.json`]);
  });

  it('that refers to what is not there, or not allowed, is refused with the reference', async () => {
    Object.assign(FILES, {
      '/r1': 'a: { $ref: ./none.yaml }',
      '/r2': 'a: { $ref: "/repo/part.json#/c" }',
      '/r3': 'a: { $ref: "https://example.com/x" }',
    });
    await expect(bundle('/r1')).rejects.toThrow(/the reference \.\/none\.yaml in http:.*\/r1 could not be followed/);
    await expect(bundle('/r2')).rejects.toThrow(/the reference \/repo\/part\.json#\/c in http:.*\/r2 leads nowhere/);
    await expect(bundle('/r3')).rejects.toThrow(/is not allowed/);
  });

  it('that is too deep once its references are followed is refused', async () => {
    FILES['/endless'] = `a: ${'['.repeat(200)}{ $ref: "/endless2#/a" }${']'.repeat(200)}`;
    FILES['/endless2'] = `a: ${'['.repeat(200)}{ $ref: "/endless3#/a" }${']'.repeat(200)}`;
    FILES['/endless3'] = 'a: 1';
    await expect(bundle('/endless')).rejects.toThrow('nested more than 400 deep');
  });
});
