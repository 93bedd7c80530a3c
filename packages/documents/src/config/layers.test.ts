import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTexts } from './config-fixture.ts';

const BASE = `gateway:
  listen: { host: 127.0.0.1, port: 8000 }
  trustedProxies: [10.0.0.0/8]
backends:
  - { name: pets, type: http, environments: { test: { url: http://a } } }
  - { name: frobs, type: http, environments: { test: { url: http://b } } }
domains:
  - { host: a.example, mappings: [{ api: petstore, environment: test }] }
apis:
  - { name: petstore, definition: ./petstore.yaml, backend: pets, publish: [test], policies: [{ cors: { allowOrigins: [a] } }] }
`;

describe('layers', () => {
  it('merge maps, and merge backends, apis and domains by their name, while other lists are replaced', async () => {
    const { config, lines } = await readTexts({
      'layer1.yaml': BASE,
      'layer2.yaml': `gateway: { listen: { port: 9000 }, trustedProxies: [] }
backends:
  - { name: frobs, environments: { production: { url: http://c } } }
  - { name: new, type: http, environments: {} }
domains: [{ host: A.EXAMPLE, mappings: [] }, { host: b.example, mappings: [{ api: petstore, environment: test }] }]
apis: [{ name: petstore, policies: [{ rate-limit: { limit: 1, window: 1s } }] }]
`,
      'layer3.yaml': 'domains: [{ host: a.example, mappings: [{ path: v1, api: petstore, environment: test }] }]\n',
    });
    expect(lines).toEqual([]);
    expect(config?.gateway).toMatchObject({ listen: { host: '127.0.0.1', port: 9000 }, trustedProxies: [] });
    expect(config?.backends.map((backend) => [backend.name, Object.keys(backend.environments)])).toEqual([
      ['pets', ['test']],
      ['frobs', ['test', 'production']],
      ['new', []],
    ]);
    expect(config?.domains.map((domain) => [domain.host, domain.mappings.map((mapping) => mapping.path)])).toEqual([
      ['a.example', ['v1']],
      ['b.example', ['']],
    ]);
    expect(config?.apis).toMatchObject([{ name: 'petstore', backend: 'pets', policies: [{ name: 'rate-limit' }] }]);
  });

  it('remove with an empty value what an earlier one wrote', async () => {
    const { config, lines } = await readTexts({
      'layer1.yaml': BASE,
      'layer2.yaml':
        'domains:\nbackends: [{ name: pets, environments: { test: { url: null, targets: [{ url: http://c }] } } }]\napis: [{ name: petstore, policies: ~ }]\n',
    });
    expect(lines).toEqual([]);
    expect(config?.domains).toEqual([]);
    expect(config?.apis[0]?.policies).toEqual([]);
    expect(config?.backends[0]?.environments.test?.targets).toEqual([{ url: 'http://c', weight: 1 }]);
  });

  it('report a problem in the file that wrote the value', async () => {
    const { lines, placeOf, fileOf } = await readTexts({
      'layer1.yaml': BASE,
      'layer2.yaml': '# empty\n',
      'layers/3.yaml': 'gateway: { listen: { port: nine } }\napis: [{ name: petstore, definition: ./other.yaml, polices: [] }]\n',
    });
    expect(lines).toEqual([
      'layers/3.yaml:1:28: error: gateway.listen.port must be a number; found "nine" [config.wrong-type]',
      'layers/3.yaml:2:52: error: unknown key "polices" in apis[0]; did you mean "policies"? [config.unknown-key]',
    ]);
    expect(placeOf(['apis', 0, 'backend'])).toEqual({ file: 'layer1.yaml', line: 10, column: 61 });
    expect(fileOf(['apis', 0, 'definition'])).toBe(resolve('layers/3.yaml'));
    expect(fileOf(['apis', 0, 'backend'])).toBe(resolve('layer1.yaml'));
  });

  it('do not merge away what one file names twice', async () => {
    const api = '{ name: a, definition: x }';
    const { lines } = await readTexts({ 'layer1.yaml': `apis: [${api}]\n`, 'layer2.yaml': `apis: [${api}, ${api}]\n` });
    expect(lines).toEqual(['layer2.yaml:1:44: error: a second API "a"; the first is at layer2.yaml:1:16 [config.duplicate-name]']);
  });

  it('are all reported on when one cannot be read, but not what may only be lost with it', async () => {
    const { lines, inputs, config } = await readTexts({
      'layer1.yaml': 'apis: [{ name: a, backend: gone, thredas: 1 }]\n',
      'layer2.yaml': 'a: [\nb',
    });
    expect(config).toBeUndefined();
    expect(inputs).toEqual([resolve('layer1.yaml'), resolve('layer2.yaml')]);
    expect(lines).toEqual([
      'layer1.yaml:1:34: error: unknown key "thredas" in apis[0] [config.unknown-key]',
      'layer2.yaml:2:1: error: Flow sequence in block collection must be sufficiently indented and end with a ] [yaml.syntax]',
    ]);
  });
});
